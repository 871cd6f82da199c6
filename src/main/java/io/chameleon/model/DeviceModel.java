package io.chameleon.model;

/**
 * A model as it lies on a device.
 *
 * @param config its shape
 * @param numbers the format of its weights, of KV and of adapters there
 */
public record DeviceModel(ModelConfig config, ElementType numbers) {

  /** With 4-byte floats, as on a CPU. */
  public static DeviceModel float32(ModelConfig config) {
    return new DeviceModel(config, ElementType.F32);
  }

  /** Elements of a cell of the arena: the keys and values of one token for all layers. */
  public int cellElements() {
    return config.layers() * 2 * config.kvHeads() * config.headSize();
  }

  /** Bytes of a cell of the arena. */
  public long cellBytes() {
    return bytes(cellElements());
  }

  /** Whole cells in so many bytes. */
  public int cells(long bytes) {
    return (int) Math.min(bytes / cellBytes(), Integer.MAX_VALUE);
  }

  /** Bytes of so many numbers. */
  public long bytes(long elements) {
    return elements * numbers.bytes();
  }
}
