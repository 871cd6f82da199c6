package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.peft.InvalidAdapterException;

/**
 * Which names adapters may have: what fits a URL, a header, a log line and {@code base:adapter}.
 */
final class AdapterNames {

  private static final int MAX_LENGTH = 200;
  private static final String FORBIDDEN = ",/\\:";
  private static final char REPLACEMENT = '\uFFFD';

  private AdapterNames() {}

  /**
   * Refuses a name that could not be asked for.
   *
   * @param baseModelId taken by the base model
   * @throws InvalidAdapterException with the reason
   */
  static void check(String name, String baseModelId) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw new InvalidAdapterException(
          "the name is %d characters long; supported are 1 to %d"
              .formatted(name.length(), MAX_LENGTH));
    }
    if (!name.equals(name.strip())) {
      throw new InvalidAdapterException("the name begins or ends with a blank");
    }
    if (name.equals(baseModelId)) {
      throw new InvalidAdapterException("the name is the id of the base model");
    }
    name.codePoints()
        .filter(AdapterNames::isForbidden)
        .findFirst()
        .ifPresent(codePoint -> {
          throw new InvalidAdapterException(
              "the name holds U+%04X; comma, slash, backslash, colon, control characters and"
                      .formatted(codePoint)
                  + " broken Unicode are not supported");
        });
  }

  private static boolean isForbidden(int codePoint) {
    return FORBIDDEN.indexOf(codePoint) >= 0
        || codePoint == REPLACEMENT
        || Character.isISOControl(codePoint)
        || Character.getType(codePoint) == Character.SURROGATE;
  }
}
