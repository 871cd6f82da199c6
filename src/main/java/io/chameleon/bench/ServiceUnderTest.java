package io.chameleon.bench;

import io.chameleon.ChameleonProperties;
import io.chameleon.ServedFolders;
import io.chameleon.ServingApplication;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.metrics.StepTotals;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.scheduling.SchedulerSnapshot;
import io.chameleon.serving.EngineThread;
import io.chameleon.text.TextCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole service in this process, at a port of its own on the loopback. */
final class ServiceUnderTest implements AutoCloseable {

  /** Size of the arena in bytes. */
  static final String ARENA_OPTION = "--chameleon.memory.arena";

  /** Most tokens that a step is fed. */
  static final int BATCH_TOKENS = 256;

  /** What others may take between two looks at the free memory. */
  private static final double ARENA_TOLERANCE = 0.02;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Short beside a step, and long enough not to take a core away from it. */
  private static final long LOOK_NANOS = 50_000;

  private final ConfigurableApplicationContext context;

  private final EngineThread engine;

  private final ServingMeters meters;

  private ServiceUnderTest(ConfigurableApplicationContext context) {
    this.context = context;
    this.engine = context.getBean(EngineThread.class);
    this.meters = context.getBean(ServingMeters.class);
  }

  /** Starts it, with the step's limits that the benchmark is made for. */
  static ServiceUnderTest start(ChameleonProperties served) {
    return start(served, List.of());
  }

  /**
   * Starts it with an arena of this size.
   *
   * @throws IllegalStateException if the arena is not of this size
   */
  static ServiceUnderTest start(ChameleonProperties served, long arenaBytes) {
    ServiceUnderTest service = start(served, List.of(ARENA_OPTION + "=" + arenaBytes + "B"));
    long bytes = service.arena().cells() * service.cellBytes();
    if (Math.abs(bytes - arenaBytes) > arenaBytes * ARENA_TOLERANCE) {
      service.close();
      throw new IllegalStateException(
          "the arena has %d bytes; %d were asked for".formatted(bytes, arenaBytes));
    }
    return service;
  }

  private static ServiceUnderTest start(ChameleonProperties served, List<String> more) {
    String adapters =
        served.adapters().stream().map(Path::toString).collect(Collectors.joining(","));
    List<String> options = new ArrayList<>(more);
    options.addAll(
        List.of(
            "--server.port=0",
            "--server.address=127.0.0.1",
            "--logging.level.root=warn",
            "--chameleon.model=" + served.model(),
            "--chameleon.model-id=" + served.modelId(),
            "--chameleon.adapters=" + adapters,
            "--chameleon.threads=" + served.threads(),
            "--chameleon.scheduling.max-sequences=" + DecodeRows.MOST_ROWS,
            "--chameleon.scheduling.max-batch-tokens=" + BATCH_TOKENS,
            "--chameleon.scheduling.prefill-chunk=" + BATCH_TOKENS));
    return new ServiceUnderTest(
        SpringApplication.run(ServingApplication.class, options.toArray(String[]::new)));
  }

  StreamingClient client() {
    int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    return new StreamingClient(port, context.getBean(ServedFolders.class).modelId());
  }

  /** Steps so far, and their times. */
  StepTotals totals() {
    return meters.steps();
  }

  /** The scheduler as it was after its last step. */
  SchedulerSnapshot scheduler() {
    return engine.status().scheduler();
  }

  /** Who has how many cells. */
  ArenaSnapshot arena() {
    return engine.status().arena();
  }

  /** Turns text into tokens as the service does. */
  TextCodec codec() {
    return context.getBean(TextCodec.class);
  }

  private long cellBytes() {
    return DeviceModel.float32(context.getBean(Checkpoint.class).config()).cellBytes();
  }

  /**
   * Waits until this many steps have been run since the start.
   *
   * @return how many have been run then
   */
  long awaitStep(long step) {
    long start = System.nanoTime();
    long now = scheduler().steps();
    while (now < step) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException("step %d has not come within %s".formatted(step, PATIENCE));
      }
      LockSupport.parkNanos(LOOK_NANOS);
      now = scheduler().steps();
    }
    return now;
  }

  @Override
  public void close() {
    context.close();
  }
}
