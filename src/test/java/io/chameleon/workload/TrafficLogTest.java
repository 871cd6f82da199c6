package io.chameleon.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficLogTest {

  private static final Executor HERE = Runnable::run;

  private static final TrafficLogLimits WIDE = new TrafficLogLimits(1 << 20, 1 << 20, 1 << 16);

  private static final TrafficRecord FIRST =
      new TrafficRecord(
          Instant.ofEpochSecond(1_763_286_346, 680_590_123), "a\"b", 374, 44, 256, null);

  private static final String FIRST_LINE =
      "{\"t\":1763286346.680590,\"adapter\":\"a\\\"b\",\"input\":374,\"output\":44,\"maxTokens\":256}";

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("traffic.jsonl");
  }

  @Test
  void record_finished_isALineWithoutText() throws IOException {
    try (TrafficLog log = TrafficLog.open(file, WIDE, HERE)) {
      log.finished(FIRST);
      log.finished(request(1, null, "t"));
      assertThat(Files.readAllLines(file))
          .containsExactly(
              FIRST_LINE,
              "{\"t\":1.000000,\"adapter\":null,\"input\":3,\"output\":2,\"maxTokens\":9,\"tenant\":\"t\"}");
      assertThat(log.written()).isEqualTo(2);
      assertThat(log.dropped()).isZero();
    }
  }

  @Test
  void recording_readBack_isTheTrafficByArrival() throws IOException {
    try (TrafficLog log = TrafficLog.open(file, WIDE, HERE)) {
      log.finished(request(1_763_286_347.25, "b", "t"));
      log.finished(FIRST);
    }

    Trace trace = TraceFile.read(file);

    assertThat(trace.workload().requests())
        .extracting(TracedRequest::inputTokens, TracedRequest::maxTokens, TracedRequest::adapter)
        .containsExactly(tuple(374, 256, 1), tuple(3, 9, 0));
    assertThat(trace.adapters()).containsExactly("b", "a\"b");
  }

  @Test
  void log_openedAgain_goesOnAtTheEnd() throws IOException {
    for (int k = 1; k <= 3; k++) {
      try (TrafficLog log = TrafficLog.open(file, WIDE, HERE)) {
        log.finished(request(k, "a", null));
      }
    }

    assertThat(TraceFile.read(file).workload().size()).isEqualTo(3);
  }

  @Test
  void log_whoseLastLineWasCutOff_beginsANewOne() throws IOException {
    Files.writeString(file, FIRST_LINE + "\n" + FIRST_LINE.substring(0, 30));

    try (TrafficLog log = TrafficLog.open(file, WIDE, HERE)) {
      log.finished(FIRST);
    }

    assertThat(Files.readAllLines(file))
        .containsExactly(FIRST_LINE, FIRST_LINE.substring(0, 30), FIRST_LINE);
    assertThat(TraceFile.read(file).leftOut()).isEqualTo(1);
  }

  @Test
  void log_atItsMostLines_dropsAndCounts() throws IOException {
    Files.writeString(file, FIRST_LINE + "\n");

    try (TrafficLog log = TrafficLog.open(file, new TrafficLogLimits(1 << 20, 3, 8), HERE)) {
      IntStream.range(0, 5).forEach(k -> log.finished(FIRST));
      assertThat(log.written()).isEqualTo(2);
      assertThat(log.dropped()).isEqualTo(3);
    }
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  @Test
  void log_atItsMostBytes_dropsAndCounts() throws IOException {
    long room = 2L * (FIRST_LINE.length() + 1) + 10;

    try (TrafficLog log = TrafficLog.open(file, new TrafficLogLimits(room, 100, 8), HERE)) {
      IntStream.range(0, 5).forEach(k -> log.finished(FIRST));
      assertThat(log.dropped()).isEqualTo(3);
    }
    assertThat(Files.size(file)).isLessThanOrEqualTo(room);
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void caller_whileNothingIsWritten_neverWaitsAndTheQueueIsBounded() throws IOException {
    Queue<Runnable> tasks = new ArrayDeque<>();
    TrafficLog log = TrafficLog.open(file, new TrafficLogLimits(1 << 20, 100, 4), tasks::add);

    IntStream.range(0, 7).forEach(k -> log.finished(FIRST));

    assertThat(tasks).hasSize(1);
    assertThat(log.dropped()).isEqualTo(3);
    tasks.remove().run();
    assertThat(Files.readAllLines(file)).hasSize(4);
    log.finished(FIRST);
    tasks.remove().run();
    assertThat(log.written()).isEqualTo(5);
  }

  @Test
  void records_ofManyThreads_areWrittenOrCounted() throws Exception {
    int threads = 4;
    int each = 5_000;
    TrafficLog log =
        TrafficLog.open(
            file, new TrafficLogLimits(1 << 26, 1 << 20, 64), Thread::startVirtualThread);
    try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
      List<? extends Future<?>> done =
          IntStream.range(0, threads)
              .mapToObj(t ->
                  callers.submit(() ->
                      IntStream.range(0, each)
                          .forEach(k -> log.finished(request(k, "a" + t, null)))))
              .toList();
      for (Future<?> future : done) {
        future.get();
      }
    }
    log.close();

    assertThat(log.written() + log.dropped()).isEqualTo((long) threads * each);
    assertThat(log.written()).isPositive();
    assertThat(TraceFile.read(file).workload().size()).isEqualTo((int) log.written());
  }

  @Test
  void log_closed_dropsWhatComesAfterAndClosesOnce() throws IOException {
    TrafficLog log = TrafficLog.open(file, WIDE, HERE);
    log.finished(FIRST);
    log.close();
    log.close();

    log.finished(FIRST);

    assertThat(log.dropped()).isEqualTo(1);
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void executor_thatTakesNoMore_endsTheRecording() throws IOException {
    Executor refusing =
        task -> {
          throw new RejectedExecutionException("shut down");
        };
    try (TrafficLog log = TrafficLog.open(file, WIDE, refusing)) {
      log.finished(FIRST);
      log.finished(FIRST);
      assertThat(log.dropped()).isEqualTo(2);
    }
    assertThat(Files.size(file)).isZero();
  }

  @Test
  void disk_thatIsFull_endsTheRecordingAndCounts() throws IOException {
    TrafficFile full = TrafficFile.writingTo(file, new FullDisk(), WIDE);

    full.add(FIRST);
    full.add(FIRST);
    full.flush();
    full.add(FIRST);
    full.close();

    assertThat(full.written()).isZero();
    assertThat(full.dropped()).isEqualTo(3);
  }

  @Test
  void path_thatIsAFolder_isRefused() {
    assertThatThrownBy(() -> TrafficLog.open(folder, WIDE, HERE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no regular file");
  }

  @Test
  void limits_ofNothing_areRefused() {
    assertThatThrownBy(() -> new TrafficLogLimits(0, 1, 1)).hasMessageContaining("is 0");
    assertThatThrownBy(() -> new TrafficRecord(Instant.EPOCH, "a", 1, 5, 4, null))
        .hasMessageContaining("is 4; it must be at least 5");
  }

  private static TrafficRecord request(double seconds, String adapter, String tenant) {
    return new TrafficRecord(
        Instant.ofEpochMilli((long) (seconds * 1000)), adapter, 3, 2, 9, tenant);
  }

  /** Takes no byte. */
  private static final class FullDisk extends OutputStream {

    @Override
    public void write(int b) throws IOException {
      throw new IOException("No space left on device");
    }
  }
}
