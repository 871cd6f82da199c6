package io.chameleon.scheduling;

/**
 * Checks of a policy's properties.
 *
 * @param prefix of their names
 */
public record PropertyLimits(String prefix) {

  /**
   * Looks whether a limit holds.
   *
   * @throws IllegalArgumentException naming the property, its value and the limit
   */
  public void require(String property, Object value, boolean holds, String limit) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s.%s is %s; it must be %s".formatted(prefix, property, value, limit));
    }
  }
}
