package io.chameleon.adapter.peft;

import io.chameleon.model.ModelConfig;
import io.chameleon.model.Sha256;
import io.chameleon.model.TensorReader;
import io.chameleon.model.TensorView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * A PEFT LoRA folder, read whole: its weights lie in memory of their own, and what is checked there
 * is what is used. They are not mapped, because a mapped file that is cut short kills the process.
 */
public final class AdapterFile implements AutoCloseable {

  /**
   * Neighbours in a batch meet an adapter in one product, under a mask; what overflows would be NaN
   * under the mask, for all of them.
   */
  private static final float MAX_MAGNITUDE = AdapterDescription.MAX_MAGNITUDE;

  private static final int CHUNK_BYTES = 1 << 20;

  private final Arena arena;
  private final AdapterDescription description;
  private final List<LoraModule> modules;
  private final String contentHash;

  private AdapterFile(
      Arena arena, AdapterDescription description, MemorySegment data, String contentHash) {
    this.arena = arena;
    this.description = description;
    this.modules = description.updates().stream().map(update -> update.in(data)).toList();
    this.contentHash = contentHash;
  }

  /**
   * Reads configuration and weights, once and from first to last byte.
   *
   * @throws InvalidAdapterException with a cause that a person understands
   * @throws UncheckedIOException if they cannot be read, which says nothing about them
   */
  public static AdapterFile open(Path folder, ModelConfig model) {
    return open(folder, model, Arena::ofShared);
  }

  /**
   * Reads into memory of the caller's choice.
   *
   * @param memory a new arena, which the file closes
   */
  public static AdapterFile open(Path folder, ModelConfig model, Supplier<Arena> memory) {
    AdapterDescription described = AdapterDescription.read(folder, model);
    Arena arena = memory.get();
    try {
      MemorySegment file = allocate(arena, described.weightBytes());
      String hash = read(folder.resolve(AdapterDescription.WEIGHTS), file, described);
      AdapterDescription inMemory = described.over(file.asReadOnly(), model);
      MemorySegment data = file.asReadOnly().asSlice(inMemory.dataOffset());
      return new AdapterFile(arena, inMemory, data, hash);
    } catch (IOException e) {
      arena.close();
      throw new UncheckedIOException(
          "%s: cannot be read: %s".formatted(AdapterDescription.WEIGHTS, e), e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** The scaling of modules without a pattern of their own. */
  public float scaling() {
    return description.scaling();
  }

  /** The largest rank of any module. */
  public int rank() {
    return description.rank();
  }

  /** All updates, by layer, then in the order of {@code LinearModule}. */
  public List<LoraModule> modules() {
    return modules;
  }

  /** Hex SHA-256 over configuration and weights: the adapter's identity. */
  public String contentHash() {
    return contentHash;
  }

  /**
   * Looks at every weight and refuses NaN, infinities and what could become one in a product.
   *
   * @throws InvalidAdapterException naming the tensor
   */
  public void checkValues() {
    for (LoraModule module : modules) {
      requireUsable(module.a());
      requireUsable(module.b());
    }
  }

  /** Gives the memory back; tensors must not be read afterwards. A second call does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private static MemorySegment allocate(Arena arena, long bytes) throws IOException {
    try {
      return arena.allocate(bytes);
    } catch (OutOfMemoryError e) {
      throw new IOException("there is no memory for its %d bytes".formatted(bytes), e);
    }
  }

  private static String read(Path weights, MemorySegment target, AdapterDescription described)
      throws IOException {
    byte[] config = described.configBytes();
    byte[] configLength = ByteBuffer.allocate(Integer.BYTES).putInt(config.length).array();
    Sha256 hash = new Sha256().update(configLength).update(config);
    try (SeekableByteChannel channel = Files.newByteChannel(weights)) {
      requireLength(channel, target.byteSize());
      for (long from = 0; from < target.byteSize(); from += CHUNK_BYTES) {
        long size = Math.min(CHUNK_BYTES, target.byteSize() - from);
        MemorySegment chunk = target.asSlice(from, size);
        fill(chunk.asByteBuffer(), channel);
        hash.update(chunk);
      }
      requireLength(channel, target.byteSize());
    }
    return hash.hex();
  }

  private static void fill(ByteBuffer chunk, SeekableByteChannel channel) throws IOException {
    while (chunk.hasRemaining()) {
      if (channel.read(chunk) < 0) {
        throw changed("it ended early");
      }
    }
  }

  private static void requireLength(SeekableByteChannel channel, long expected) throws IOException {
    if (channel.size() != expected) {
      throw changed("%d bytes long, where %d were expected".formatted(channel.size(), expected));
    }
  }

  private static InvalidAdapterException changed(String how) {
    return new InvalidAdapterException(
        "%s changed while it was read: %s".formatted(AdapterDescription.WEIGHTS, how));
  }

  private static void requireUsable(TensorView tensor) {
    long index = TensorReader.firstOver(tensor, MAX_MAGNITUDE);
    if (index < 0) {
      return;
    }
    float[] value = new float[1];
    TensorReader.read(tensor, index, value, 0, 1);
    throw new InvalidAdapterException(
        Float.isFinite(value[0])
            ? "tensor %s holds %s as element %d of %d; supported are magnitudes up to 2^40"
                .formatted(tensor.name(), value[0], index, tensor.elements())
            : "tensor %s holds NaN or an infinity, first as element %d of %d"
                .formatted(tensor.name(), index, tensor.elements()));
  }
}
