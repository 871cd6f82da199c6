package io.chameleon.admission;

/**
 * A class of requests of like size; each has a sink and a queue of its own.
 *
 * @param index place among the classes, from the smallest requests, 0, to the largest
 * @param name for people and metrics
 */
public record SizeClass(int index, String name) {

  public SizeClass {
    if (index < 0) {
      throw new IllegalArgumentException("size class %s: index %d, below 0".formatted(name, index));
    }
  }
}
