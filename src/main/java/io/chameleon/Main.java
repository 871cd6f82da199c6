package io.chameleon;

import io.chameleon.bench.BenchCommand;
import io.chameleon.bench.SimulateCommand;
import java.util.Arrays;

/** Starts what the first argument names: the service, which is also what no argument means. */
public final class Main {

  private Main() {}

  /** Runs a sub-command. An argument that begins with a dash is a Spring option of the service. */
  public static void main(String[] args) {
    // DJL would report its use to its makers.
    System.setProperty("OPT_OUT_TRACKING", "true");
    if (args.length == 0 || args[0].startsWith("-")) {
      ServingApplication.main(args);
      return;
    }
    System.exit(run(args[0], Arrays.copyOfRange(args, 1, args.length)));
  }

  /** Returns the exit status: 0, or 2 where the arguments are wrong. */
  private static int run(String command, String[] arguments) {
    return switch (command) {
      case "bench" -> BenchCommand.run(arguments);
      case "simulate" -> SimulateCommand.run(arguments);
      default -> {
        System.err.printf("Unknown command %s. Without a command the service starts.%n", command);
        yield 2;
      }
    };
  }
}
