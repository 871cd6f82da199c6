package io.chameleon.bench;

import io.chameleon.metrics.StepTotals;
import io.chameleon.scheduling.SchedulerSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Stretches of steps in which the same streams decode over HTTP and nothing else happens. */
final class StreamWindows {

  private static final int STREAMS = DecodeRows.MOST_ROWS;

  private static final String MESSAGE = "Tell me a long story about a chameleon.";

  private final ServiceUnderTest service;

  private final Effort effort;

  /**
   * One stretch.
   *
   * @param wallMillis elapsed time ÷ steps
   * @param engineMillis mean time of a step inside the engine
   * @param loopMillis mean time of the loop around it, on the engine's thread
   */
  record Window(double wallMillis, double engineMillis, double loopMillis) {

    double ratio() {
      return wallMillis / engineMillis;
    }
  }

  /** The moment at which a step has just ended. */
  private record Edge(long nanos, long step, StepTotals totals) {}

  StreamWindows(ServiceUnderTest service, Effort effort) {
    this.service = service;
    this.effort = effort;
  }

  /** Runs the streams; the window whose ratio is the median one. */
  Window median() {
    int tokens = (effort.windows + 2) * effort.windowSteps + STREAMS * 4;
    StreamingClient client = service.client();
    List<StreamedAnswer> answers =
        Stream.generate(() -> client.open(MESSAGE, tokens)).limit(STREAMS).toList();
    try {
      answers.forEach(StreamedAnswer::firstTokenNanos);
      Edge start = edgeAfter(service.scheduler().steps() + effort.windowSteps);
      List<Window> windows = new ArrayList<>();
      for (int i = 0; i < effort.windows; i++) {
        Edge end = edgeAfter(start.step() + effort.windowSteps);
        windows.add(between(start, end));
        start = end;
      }
      requireAll(answers);
      windows.sort(Comparator.comparingDouble(Window::ratio));
      return windows.get(windows.size() / 2);
    } finally {
      answers.forEach(StreamedAnswer::close);
    }
  }

  private static Window between(Edge start, Edge end) {
    long steps = end.step() - start.step();
    StepTotals totals = end.totals().since(start.totals());
    return new Window(
        (end.nanos() - start.nanos()) / 1e6 / steps, totals.engineMillis(), totals.loopMillis());
  }

  /** Waits until this many steps have been run. */
  private Edge edgeAfter(long step) {
    long now = service.awaitStep(step);
    return new Edge(System.nanoTime(), now, service.totals());
  }

  /** Streams that all run at the end, and began before, have run all the time. */
  private void requireAll(List<StreamedAnswer> answers) {
    SchedulerSnapshot scheduler = service.scheduler();
    long ended = answers.stream().filter(StreamedAnswer::hasEnded).count();
    if (ended > 0 || scheduler.lastBatch().decodeRows() != STREAMS) {
      throw new IllegalStateException(
          "%d of %d streams ended too soon; the last step was %s"
              .formatted(ended, STREAMS, scheduler.lastBatch()));
    }
  }
}
