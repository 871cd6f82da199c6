package io.chameleon.admission;

/**
 * A class of requests of like size; each has a sink and a queue of its own.
 *
 * @param index place among the classes, from the smallest requests, 0, to the largest
 * @param name for people
 * @param from least size of a request in it, on the scale of the policy that made the class
 * @param below size from which on a request is no more in it; infinite for the largest class
 */
public record SizeClass(int index, String name, double from, double below) {

  public SizeClass {
    if (index < 0) {
      throw new IllegalArgumentException("size class %s: index %d, below 0".formatted(name, index));
    }
    if (!(from <= below)) {
      throw new IllegalArgumentException(
          "size class %s: from %s to below %s; the first must not be over the second"
              .formatted(name, from, below));
    }
  }

  /** A class without bounds. */
  public SizeClass(int index, String name) {
    this(index, name, 0, Double.POSITIVE_INFINITY);
  }
}
