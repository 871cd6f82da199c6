package io.chameleon.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes safetensors files of random bf16 tensors, as fast as they can be copied; from any thread.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
final class RandomSafetensors {

  /** The format wants data to begin at a multiple of this. */
  private static final int ALIGNMENT = 8;

  private final Map<NumberTable.Law, NumberTable> tables = new ConcurrentHashMap<>();

  private final long seed;

  /** Of this seed, whose tables of numbers are drawn when they are needed. */
  RandomSafetensors(long seed) {
    this.seed = seed;
  }

  /**
   * A tensor.
   *
   * @param shape sizes, the slowest first
   * @param law of its numbers
   */
  record Tensor(String name, List<Long> shape, NumberTable.Law law) {

    Tensor {
      shape = List.copyOf(shape);
    }

    /** A matrix whose numbers are uniform from -most to most. */
    static Tensor uniform(String name, int rows, int columns, float most) {
      return new Tensor(
          name, List.of((long) rows, (long) columns), new NumberTable.Law.Uniform(most));
    }

    private long numbers() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Of its numbers. */
    long bytes() {
      return numbers() * Short.BYTES;
    }
  }

  /** Writes a file, or over it. */
  void write(Path file, List<Tensor> tensors, SplittableRandom random) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeAll(channel, header(tensors));
      for (Tensor tensor : tensors) {
        write(channel, tensor, random);
      }
    }
  }

  private void write(FileChannel channel, Tensor tensor, SplittableRandom random)
      throws IOException {
    NumberTable table = tables.computeIfAbsent(tensor.law(), law -> NumberTable.of(law, seed));
    long left = tensor.numbers();
    while (left > 0) {
      ByteBuffer piece = table.piece(left, random);
      left -= piece.remaining() / Short.BYTES;
      writeAll(channel, piece);
    }
  }

  private static ByteBuffer header(List<Tensor> tensors) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("__metadata__", Map.of("format", "pt"));
    long begin = 0;
    for (Tensor tensor : tensors) {
      long end = begin + tensor.bytes();
      header.put(
          tensor.name(),
          Map.of("dtype", "BF16", "shape", tensor.shape(), "data_offsets", List.of(begin, end)));
      begin = end;
    }
    byte[] json = JsonMapper.shared().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    int length = json.length + Math.floorMod(-json.length, ALIGNMENT);
    byte[] padded = Arrays.copyOf(json, length);
    Arrays.fill(padded, json.length, length, (byte) ' ');
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    return buffer.putLong(length).put(padded).flip();
  }

  private static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
