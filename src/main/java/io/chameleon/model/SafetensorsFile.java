package io.chameleon.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file, memory-mapped: eight bytes of header length, a JSON header, the data. The
 * whole header is checked against the file's size before any tensor is handed out.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafetensorsFile implements AutoCloseable {

  /** The format's own limit of the header's length. */
  static final int MAX_HEADER_BYTES = 100_000_000;

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
      SafetensorsLayout layout = SafetensorsLayout.of(bytes, name, MAX_HEADER_BYTES);
      return new SafetensorsFile(arena, bytes, views(layout, bytes));
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

  private static Map<String, TensorView> views(SafetensorsLayout layout, MemorySegment bytes) {
    MemorySegment data = bytes.asSlice(layout.dataOffset());
    Map<String, TensorView> views = LinkedHashMap.newLinkedHashMap(layout.tensors().size());
    layout.tensors().forEach((tensor, entry) -> views.put(tensor, entry.in(data)));
    return Collections.unmodifiableMap(views);
  }
}
