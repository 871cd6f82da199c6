package io.chameleon.model;

import java.util.Optional;

/** Number formats of stored tensors that are supported, by their names in safetensors files. */
public enum ElementType {
  BF16(2),
  F16(2),
  F32(4);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The format that safetensors files call by this name, or nothing if it is not supported. */
  public static Optional<ElementType> named(String dtype) {
    return switch (dtype) {
      case "BF16" -> Optional.of(BF16);
      case "F16" -> Optional.of(F16);
      case "F32" -> Optional.of(F32);
      default -> Optional.empty();
    };
  }
}
