package io.chameleon.bench;

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
  List<Sent> accepted() {
    return those(Reply.Answer.class);
  }

  /** Those that were told to come again, and those with any other status. */
  List<Sent> refused() {
    return those(Reply.Refusal.class);
  }

  /** Answers that met their deadline and had ended when the last request was due, a second. */
  double goodput() {
    long over = sent.getLast().dueNanos();
    long good =
        accepted().stream()
            .filter(this::isInTime)
            .filter(each -> ((Reply.Answer) each.reply()).endNanos() <= over)
            .count();
    return good / (over / NANOS_PER_MS / MS_PER_SECOND);
  }

  /** Of those that were served, the share that had the first token by its deadline. */
  double inTime() {
    List<Sent> accepted = accepted();
    return (double) accepted.stream().filter(this::isInTime).count() / accepted.size();
  }

  /** How long each refusal took, in milliseconds. */
  double[] refusalMs() {
    return each(refused(), sent -> ms(sent, ((Reply.Refusal) sent.reply()).nanos()));
  }

  /** Refusals that are no 429, or do not say when to come again. */
  long impolite() {
    return refused().stream().filter(sent -> !((Reply.Refusal) sent.reply()).isPolite()).count();
  }

  /** Requests without an answer, or with one that broke off. */
  List<String> failures() {
    return those(Reply.Failure.class).stream()
        .map(sent -> ((Reply.Failure) sent.reply()).reason())
        .toList();
  }

  /** The first-token times of those that were served, in milliseconds. */
  double[] ttftMs() {
    return each(accepted(), this::ttft);
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

  private static double[] each(List<Sent> of, ToDoubleFunction<Sent> value) {
    return of.stream().mapToDouble(value).toArray();
  }

  private List<Sent> those(Class<? extends Reply> kind) {
    return sent.stream().filter(each -> kind.isInstance(each.reply())).toList();
  }
}
