package io.chameleon.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.StandardEnvironment;

/**
 * {@code java -jar chameleon.jar bench}: what the engine and the service around it take, beside
 * what the machine can do, measured in turns in one run.
 */
public final class BenchCommand {

  private static final int OK = 0;

  private final BenchOptions options;

  private final PrintStream out;

  private final CeilingHistory history = new CeilingHistory();

  private BenchCommand(BenchOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** A command line that has been read, to be run. */
  @FunctionalInterface
  private interface Command {
    void run() throws IOException;
  }

  /**
   * Runs it. A goal that is not met is reported and is no error.
   *
   * @param arguments the name of another measurement first, where it is not this one
   * @return the exit status: 0, or 2 where the arguments are wrong
   */
  public static int run(String... arguments) {
    String name = arguments.length == 0 ? "" : arguments[0];
    String[] rest = Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
    return switch (name) {
      case "adapters" -> run(AdaptersOptions.USAGE, () -> adapters(AdaptersOptions.parse(rest)));
      case "cliff" -> run(CliffOptions.USAGE, () -> cliff(CliffOptions.parse(rest)));
      case "fit" -> run(FitOptions.USAGE, () -> fit(FitOptions.parse(rest)));
      case "gpu" -> run(GpuBenchOptions.USAGE, () -> gpu(GpuBenchOptions.parse(rest)));
      case "honest" -> run(HonestOptions.USAGE, () -> honest(HonestOptions.parse(rest)));
      case "live-cliff" ->
          run(LiveCliffOptions.USAGE, () -> liveCliff(LiveCliffOptions.parse(rest)));
      case "live-paper" ->
          run(LivePaperOptions.USAGE, () -> livePaper(LivePaperOptions.parse(rest)));
      case "model" -> run(ModelOptions.USAGE, () -> model(ModelOptions.parse(rest)));
      case "overload" -> run(OverloadOptions.USAGE, () -> overload(OverloadOptions.parse(rest)));
      case "soak" -> run(SoakOptions.USAGE, () -> soak(SoakOptions.parse(rest)));
      case "ramp" -> run(RampOptions.USAGE, () -> ramp(RampOptions.parse(rest)));
      default ->
          name.equals("--model") && rest.length > 0 && ModelShape.isNamed(rest[0])
              ? run(GpuBenchOptions.USAGE, () -> gpu(GpuBenchOptions.parse(arguments)))
              : run(BenchOptions.USAGE, () -> bench(BenchOptions.parse(arguments)));
    };
  }

  private static int run(String usage, Supplier<Command> read) {
    Command command;
    try {
      command = read.get();
    } catch (IllegalArgumentException e) {
      return HelpWantedException.explain(e, usage);
    }
    quietLogs();
    try {
      command.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return OK;
  }

  private static Command bench(BenchOptions options) {
    return new BenchCommand(options, System.out)::measure;
  }

  private static Command gpu(GpuBenchOptions options) {
    return () -> new GpuBenchCommand(options, System.out).run();
  }

  private static Command adapters(AdaptersOptions options) {
    return () -> options.write(System.out);
  }

  private static Command liveCliff(LiveCliffOptions options) {
    return () -> new LiveCliffCommand(options, System.out).run();
  }

  private static Command soak(SoakOptions options) {
    return () -> new SoakCommand(options, System.out).run();
  }

  private static Command livePaper(LivePaperOptions options) {
    return () -> new LivePaperCommand(options, System.out).run();
  }

  private static Command model(ModelOptions options) {
    return () -> options.write(System.out);
  }

  private static Command cliff(CliffOptions options) {
    return () -> new CliffCommand(options, System.out).run();
  }

  private static Command ramp(RampOptions options) {
    return () -> new RampCommand(options, System.out).run();
  }

  private static Command fit(FitOptions options) {
    return () -> options.run(System.out);
  }

  private static Command honest(HonestOptions options) {
    return () -> new HonestCommand(options, System.out).run();
  }

  private static Command overload(OverloadOptions options) {
    return () -> new OverloadCommand(options, System.out).run();
  }

  private void measure() throws IOException {
    Report measured = new Report("measured");
    long weightBytes = onItsOwnThread(() -> measureEngine(measured));
    new ServiceRows(options).addTo(measured);
    onItsOwnThread(() -> measureCeilings("after", weightBytes));
    Report report = new Report("bench");
    history.rows().forEach(report::add);
    measured.rows().forEach(report::add);
    finish(report);
    if (options.profile()) {
      onItsOwnThread(this::profile);
    }
  }

  /** Returns the bytes of weights that a decode step reads. */
  private long measureEngine(Report report) {
    try (BenchEngine engine = BenchEngine.open(options);
        Ceilings ceilings = new Ceilings(options, engine.weightBytes(), history)) {
      describe(engine);
      ceilings.measure("before");
      ModelCost cost = new ModelCost(engine.config(), engine.weightBytes());
      new PrefillRows(engine, ceilings, cost, options.effort()).addTo(report);
      new DecodeRows(engine, ceilings, cost, options.effort()).addTo(report);
      ceilings.measure("before the service");
      return engine.weightBytes();
    }
  }

  private void measureCeilings(String phase, long weightBytes) {
    try (Ceilings ceilings = new Ceilings(options, weightBytes, history)) {
      ceilings.measure(phase);
    }
  }

  private static void onItsOwnThread(Runnable part) {
    onItsOwnThread(Executors.callable(part, part));
  }

  /**
   * Runs a part on a thread that ends with it. OpenMP keeps helper threads for every thread that
   * has ever computed, and waits less patiently in all of them once they are more than the cores.
   */
  private static <T> T onItsOwnThread(Callable<T> part) {
    FutureTask<T> task = new FutureTask<>(part);
    Thread thread = Thread.ofPlatform().name("bench").start(task);
    try {
      T result = task.get();
      thread.join();
      return result;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the benchmark failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the benchmark was interrupted", e);
    }
  }

  private void describe(BenchEngine engine) {
    Machine.describe(options.threads(), engine.modelId()).forEach(out::println);
    out.printf("measuring, %s%n%n", options.effort());
    if (engine.adapters().size() < DecodeRows.MOST_ROWS) {
      out.printf(
          "There are %d adapters; rows for %d are left out.%n%n",
          engine.adapters().size(), DecodeRows.MOST_ROWS);
    }
  }

  private void finish(Report report) throws IOException {
    report.print(out);
    out.printf("%nThe ceilings as the run went on:%n");
    history.drift().forEach(out::println);
    out.printf("%nwritten: %s%n", report.write(options.out()));
  }

  private void profile() {
    try (BenchEngine engine = BenchEngine.open(options);
        Prompts prompts = new Prompts(engine, DecodeRows.MOST_ROWS, DecodeRows.CONTEXT);
        Leases leases = new Leases(engine, engine.firstAdapters(DecodeRows.MOST_ROWS))) {
      OperatorSummary.print("decode, 1 row", engine, prompts.decode(1), out);
      OperatorSummary.print("decode, 16 rows", engine, prompts.decode(DecodeRows.MOST_ROWS), out);
      if (!leases.adapters().isEmpty()) {
        OperatorSummary.print(
            "decode, a row for each of the first adapters",
            engine,
            prompts.decode(leases.adapters()),
            out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Before Spring sets the logs up, everything would be logged, down to debugging. */
  static void quietLogs() {
    LoggingSystem logs = LoggingSystem.get(BenchCommand.class.getClassLoader());
    logs.beforeInitialize();
    logs.initialize(new LoggingInitializationContext(new StandardEnvironment()), null, null);
    logs.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
  }
}
