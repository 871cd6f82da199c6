package io.chameleon;

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
    System.err.printf("Unknown command %s. Without a command the service starts.%n", args[0]);
    System.exit(2);
  }
}
