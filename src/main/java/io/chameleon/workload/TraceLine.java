package io.chameleon.workload;

import java.nio.file.Path;

/**
 * A line of a trace and where it is.
 *
 * @param number from 1
 */
record TraceLine(Path file, int number, String text) {

  private static final int MOST_SHOWN = 80;

  InvalidTraceException error(String what) {
    return new InvalidTraceException("%s line %d %s".formatted(file, number, what));
  }

  InvalidTraceException error(String field, Object value, String rule) {
    String shown = value.toString();
    String cut = shown.length() > MOST_SHOWN ? shown.substring(0, MOST_SHOWN) + "…" : shown;
    return new InvalidTraceException(
        "%s line %d: %s is %s; it must be %s".formatted(file, number, field, cut, rule));
  }
}
