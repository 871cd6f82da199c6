package io.chameleon.bench;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What became of the requests of an overload. Times count from when a request was sent; how late
 * the generator was is told apart.
 *
 * @param sent all requests
 * @param deadlineMs of their first tokens
 */
record OverloadTally(List<Sent> sent, double deadlineMs) {

  private static final double NANOS_PER_MS = 1e6;

  private static final double MS_PER_SECOND = 1e3;

  OverloadTally {
    sent = List.copyOf(sent);
  }

  /** Those that were served. */
  List<Sent> answered() {
    return those(Reply.Answer.class);
  }

  /** Those that were let in, and then told to come again when it was too late for them. */
  List<Sent> endedLate() {
    return turnedAway(true);
  }

  /** How many were let in, whatever became of them. */
  int accepted() {
    return answered().size() + endedLate().size();
  }

  /** Those that were told to come again when they came, and those with any other status. */
  List<Sent> refused() {
    return turnedAway(false);
  }

  private List<Sent> turnedAway(boolean late) {
    return those(Reply.Refusal.class).stream()
        .filter(each -> refusal(each).timing().isEndedLate() == late)
        .toList();
  }

  /** Answers that met their deadline and had ended when the last request was due, a second. */
  double goodput() {
    long over = sent.getLast().dueNanos();
    long good =
        answered().stream()
            .filter(this::isInTime)
            .filter(each -> ((Reply.Answer) each.reply()).endNanos() <= over)
            .count();
    return good / (over / NANOS_PER_MS / MS_PER_SECOND);
  }

  /** Of those that were let in, the share that had the first token by its deadline. */
  double inTime() {
    return (double) answered().stream().filter(this::isInTime).count() / accepted();
  }

  /** How long each of some that were turned away took, as its client saw it, in milliseconds. */
  double[] clientMs(List<Sent> turnedAway) {
    return each(turnedAway, OverloadTally::clientMs);
  }

  /** How long a part of the way of those that were refused took within the service. */
  double[] partMs(String part) {
    return each(refused(), sent -> refusal(sent).timing().millis(part));
  }

  /**
   * What those that were refused took outside of the service: connection, threads of the client.
   */
  double[] outsideMs() {
    return each(
        refused(), sent -> clientMs(sent) - refusal(sent).timing().millis(RefusalTiming.WHOLE));
  }

  /** When the one was sent whose refusal took longest, from the load's start. */
  double slowestRefusalSeconds() {
    return refused().stream()
            .max(Comparator.comparingDouble(OverloadTally::clientMs))
            .orElseThrow()
            .sentNanos()
        / NANOS_PER_MS
        / MS_PER_SECOND;
  }

  /** Of all that were turned away, those with no 429, or without a hint when to come again. */
  long impolite() {
    return those(Reply.Refusal.class).stream().filter(sent -> !refusal(sent).isPolite()).count();
  }

  /** Requests without an answer, or with one that broke off. */
  List<String> failures() {
    return those(Reply.Failure.class).stream()
        .map(sent -> ((Reply.Failure) sent.reply()).reason())
        .toList();
  }

  /** The first-token times of those that were served, in milliseconds. */
  double[] ttftMs() {
    return each(answered(), this::ttft);
  }

  private boolean isInTime(Sent accepted) {
    return ttft(accepted) <= deadlineMs;
  }

  private double ttft(Sent accepted) {
    return ms(accepted, ((Reply.Answer) accepted.reply()).firstTokenNanos());
  }

  private static double ms(Sent sent, long nanos) {
    return (nanos - sent.sentNanos()) / NANOS_PER_MS;
  }

  private static Reply.Refusal refusal(Sent sent) {
    return (Reply.Refusal) sent.reply();
  }

  private static double clientMs(Sent sent) {
    return ms(sent, refusal(sent).nanos());
  }

  private static double[] each(List<Sent> of, ToDoubleFunction<Sent> value) {
    return of.stream().mapToDouble(value).toArray();
  }

  private List<Sent> those(Class<? extends Reply> kind) {
    return sent.stream().filter(each -> kind.isInstance(each.reply())).toList();
  }
}
