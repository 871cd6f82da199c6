package io.chameleon.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file, memory-mapped: eight bytes of header length, a JSON header, the data. The
 * whole header is checked against the file's size before any tensor is handed out: every tensor
 * lies inside the data, no two overlap, none leaves a hole, and each is as long as its shape says.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafetensorsFile implements AutoCloseable {

  /** The format's own limit of the header's length. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int PREFIX_BYTES = Long.BYTES;
  private static final byte[] LFS_POINTER =
      "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Arena arena;
  private final MemorySegment bytes;
  private final Map<String, TensorView> tensors;

  private SafetensorsFile(Arena arena, MemorySegment bytes, Map<String, TensorView> tensors) {
    this.arena = arena;
    this.bytes = bytes;
    this.tensors = tensors;
  }

  /**
   * Maps and checks a file. It must not change while it is open.
   *
   * @throws InvalidFileException naming the file and what is wrong with it
   */
  @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as the file does
  public static SafetensorsFile open(Path file) {
    StrictJson.requireRegularFile(file);
    String name = file.getFileName().toString();
    Arena arena = Arena.ofShared();
    try {
      MemorySegment bytes = map(file, arena);
      MemorySegment header = header(bytes, name);
      MemorySegment data = bytes.asSlice(PREFIX_BYTES + header.byteSize());
      return new SafetensorsFile(arena, bytes, SafetensorsHeader.parse(header, data, name));
    } catch (IOException e) {
      arena.close();
      throw StrictJson.unreadable(name, e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** All tensors by name, in the order of the header. */
  public Map<String, TensorView> tensors() {
    return tensors;
  }

  /** The tensor of this name, or nothing if there is none. */
  public Optional<TensorView> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** The whole file, read-only. */
  public MemorySegment bytes() {
    return bytes;
  }

  /** Unmaps the file; a second call does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private static MemorySegment map(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  private static MemorySegment header(MemorySegment bytes, String name) {
    if (bytes.byteSize() < PREFIX_BYTES) {
      throw new InvalidFileException(
          "%s: %d bytes long; a safetensors file begins with %d bytes of header length"
              .formatted(name, bytes.byteSize(), PREFIX_BYTES));
    }
    if (isLfsPointer(bytes)) {
      throw new InvalidFileException(
          "%s: a Git LFS pointer, not the file itself; fetch it with `git lfs pull`"
              .formatted(name));
    }
    long length = bytes.get(LENGTH, 0);
    long limit = Math.min(bytes.byteSize() - PREFIX_BYTES, MAX_HEADER_BYTES);
    if (length < 0 || length > limit) {
      throw new InvalidFileException(
          "%s: header length %s; the limit is %d in a file of %d bytes"
              .formatted(name, Long.toUnsignedString(length), limit, bytes.byteSize()));
    }
    return bytes.asSlice(PREFIX_BYTES, length);
  }

  private static boolean isLfsPointer(MemorySegment bytes) {
    return bytes.byteSize() >= LFS_POINTER.length
        && bytes.asSlice(0, LFS_POINTER.length).mismatch(MemorySegment.ofArray(LFS_POINTER)) == -1;
  }
}
