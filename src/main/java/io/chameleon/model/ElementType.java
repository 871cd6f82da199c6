package io.chameleon.model;

/** Number formats of stored tensors that are supported. */
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
}
