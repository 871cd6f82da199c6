package io.chameleon;

/**
 * The jar's first class. It is compiled for an older Java than the rest, so that a Java that is too
 * old for the service says so in one line instead of failing on the format of a class file.
 */
public final class Launcher {

  private static final int REQUIRED_JAVA = 25;

  private Launcher() {}

  /** Hands the arguments to {@link Main} where the Java is new enough; else ends with status 1. */
  public static void main(String[] args) {
    int running = Runtime.version().feature();
    if (running < REQUIRED_JAVA) {
      System.err.printf(
          "Chameleon needs Java %d or newer; this is Java %d, from %s.%n",
          REQUIRED_JAVA, running, System.getProperty("java.home"));
      System.exit(1);
    }
    Main.main(args);
  }
}
