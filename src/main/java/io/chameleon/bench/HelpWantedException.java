package io.chameleon.bench;

/** Whoever started a command asks how it is used. */
final class HelpWantedException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  HelpWantedException() {
    super("help is wanted");
  }

  /**
   * Prints how a command is used: to who asked for it, or after what was wrong.
   *
   * @return the exit status: 0, or 2 where the arguments were wrong
   */
  static int explain(IllegalArgumentException fault, String usage) {
    if (fault instanceof HelpWantedException) {
      System.out.println(usage);
      return 0;
    }
    System.err.printf("%s%n%s%n", fault.getMessage(), usage);
    return 2;
  }
}
