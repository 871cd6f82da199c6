package io.chameleon.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/** The arguments of a command, one after the other; {@code --name=value} is as good as two. */
final class Arguments {

  private final Deque<String> left = new ArrayDeque<>();

  Arguments(String... arguments) {
    for (String argument : arguments) {
      if (argument.startsWith("--")) {
        left.addAll(List.of(argument.split("=", 2)));
      } else {
        left.add(argument);
      }
    }
  }

  /** Gives all options to a reader, one after the other; it takes their values. */
  void readAll(BiConsumer<String, Arguments> reader) {
    while (hasMore()) {
      reader.accept(option(), this);
    }
  }

  boolean hasMore() {
    return !left.isEmpty();
  }

  /**
   * The next one, which names an option.
   *
   * @throws HelpWantedException if it asks how the command is used
   */
  String option() {
    String option = left.remove();
    if (option.equals("--help") || option.equals("-h")) {
      throw new HelpWantedException();
    }
    return option;
  }

  /**
   * The value of an option.
   *
   * @throws IllegalArgumentException if nothing follows
   */
  String value(String option) {
    String value = left.poll();
    if (value == null) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return value;
  }

  /** The parts of a value that are put apart by commas. */
  List<String> values(String option) {
    return List.of(value(option).split(",", -1));
  }

  /** The value of an option, which is a whole number. */
  long number(String option) {
    return number(option, value(option));
  }

  /** The value of an option, which is a whole number from 1 to {@code most}. */
  int count(String option, int most) {
    return count(option, value(option), most);
  }

  /** A text that is a whole number from 1 to {@code most}. */
  static int count(String option, String text, int most) {
    long number = number(option, text);
    if (number < 1 || number > most) {
      throw new IllegalArgumentException(
          "%s is %d; it must be 1 to %d".formatted(option, number, most));
    }
    return (int) number;
  }

  private static long number(String option, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s is %s; it must be a number".formatted(option, text), e);
    }
  }
}
