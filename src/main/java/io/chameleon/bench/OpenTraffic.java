package io.chameleon.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Requests of the proofs' workload by the clock, as in the loads that are simulated and other ones
 * than those, from which is learned what closed phases cannot tell: steps of ever other sizes,
 * after idle time, and beside the HTTP of all that run.
 *
 * @param steps as the service has recorded them
 * @param waysMs of each answer, what HTTP took of its time to the first token
 */
record OpenTraffic(LiveSteps steps, double[] waysMs) {

  /** Workloads of the proofs have their percentage as number; these have others. */
  private static final int NUMBER = 1000;

  /**
   * Sends requests for a while.
   *
   * @param rate requests per second
   * @param log where the service records its steps
   */
  static OpenTraffic send(
      ProofStage stage, StreamingClient client, double rate, double seconds, Path log)
      throws IOException {
    long lines = LiveSteps.count(log);
    List<Sent> sent =
        OpenLoop.byTheClock()
            .send(
                stage.arrivals(
                    stage.workload(rate, seconds, NUMBER + (int) rate), client, Map.of()));
    return new OpenTraffic(LiveSteps.read(log, lines), waysMs(sent));
  }

  /** What HTTP took of the time to the first token, of each that was answered. */
  static double[] waysMs(List<Sent> sent) {
    List<Double> ways = new ArrayList<>();
    for (Sent each : sent) {
      if (each.reply() instanceof Reply.Answer answer) {
        ways.add(each.msTo(answer.firstTokenNanos()) - answer.serviceMs());
      }
    }
    return ways.stream().mapToDouble(way -> way).toArray();
  }
}
