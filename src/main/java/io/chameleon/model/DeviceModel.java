package io.chameleon.model;

/**
 * A model as it lies on a device.
 *
 * @param config its shape
 * @param numbers the format of its weights, of KV and of adapters there
 * @param evenAdapters whether adapters are packed layer by layer, each layer like the others, since
 *     they run where they rest
 */
public record DeviceModel(ModelConfig config, ElementType numbers, boolean evenAdapters) {

  /** Where adapters take what their true ranks take. */
  public DeviceModel(ModelConfig config, ElementType numbers) {
    this(config, numbers, false);
  }

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
