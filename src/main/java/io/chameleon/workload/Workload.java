package io.chameleon.workload;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Requests in the order in which they arrive.
 *
 * @param requests at least one; sorted by time, those of one time as they were given
 */
public record Workload(List<TracedRequest> requests) {

  public Workload {
    if (requests.isEmpty()) {
      throw new IllegalArgumentException("a workload has no requests; it must have at least 1");
    }
    requests =
        requests.stream().sorted(Comparator.comparingDouble(TracedRequest::seconds)).toList();
  }

  /** How many requests it has. */
  public int size() {
    return requests.size();
  }

  /** Time from the first arrival to the last. */
  public double durationSeconds() {
    return requests.getLast().seconds() - requests.getFirst().seconds();
  }

  /**
   * Requests per second, over the gaps between the first and the last.
   *
   * @throws IllegalStateException if all arrive at once, so that there is no rate
   */
  public double meanRate() {
    if (durationSeconds() <= 0) {
      throw new IllegalStateException(
          "%d requests arrive within 0 s; a rate needs two times".formatted(size()));
    }
    return (size() - 1) / durationSeconds();
  }

  /** The same requests with time stretched to a mean rate; the gaps keep their shape. */
  public Workload atRate(double requestsPerSecond) {
    Numbers.checkPositive("the rate of a workload", requestsPerSecond);
    double factor = meanRate() / requestsPerSecond;
    return new Workload(requests.stream().map(r -> r.at(r.seconds() * factor)).toList());
  }

  /** The same requests with other lengths. */
  public Workload scaled(LengthScale scale) {
    return new Workload(requests.stream().map(r -> r.with(scale.apply(r.lengths()))).toList());
  }

  /**
   * The same requests later, behind others.
   *
   * @param before those others, at times of their own
   * @param seconds how much later
   */
  public Workload behind(List<TracedRequest> before, double seconds) {
    return new Workload(
        Stream.concat(before.stream(), requests.stream().map(r -> r.at(r.seconds() + seconds)))
            .toList());
  }

  /** The first requests, all if there are no more. */
  public Workload first(int count) {
    return new Workload(requests.stream().limit(count).toList());
  }
}
