package io.chameleon.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes safetensors files of random bf16 matrices.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
final class RandomSafetensors {

  /** The format wants data to begin at a multiple of this. */
  private static final int ALIGNMENT = 8;

  /** Numbers that one draw of 64 bits gives. */
  private static final int PER_DRAW = Long.SIZE / Short.SIZE;

  private RandomSafetensors() {}

  /**
   * A matrix.
   *
   * @param most its numbers are uniform from -most to most
   */
  record Tensor(String name, int rows, int columns, float most) {

    private int bytes() {
      return Math.multiplyExact(Math.multiplyExact(rows, columns), Short.BYTES);
    }
  }

  /** Writes a file, or over it. */
  static void write(Path file, List<Tensor> tensors, SplittableRandom random) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      writeAll(channel, header(tensors));
      for (Tensor tensor : tensors) {
        writeAll(channel, numbers(tensor, random));
      }
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
          Map.of(
              "dtype", "BF16",
              "shape", List.of(tensor.rows(), tensor.columns()),
              "data_offsets", List.of(begin, end)));
      begin = end;
    }
    String json = JsonMapper.shared().writeValueAsString(header);
    int padding = Math.floorMod(-json.length(), ALIGNMENT);
    byte[] bytes = (json + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(Long.BYTES + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    return buffer.putLong(bytes.length).put(bytes).flip();
  }

  private static ByteBuffer numbers(Tensor tensor, SplittableRandom random) {
    ByteBuffer buffer = ByteBuffer.allocate(tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    float scale = tensor.most() / -Short.MIN_VALUE;
    long bits = 0;
    for (int i = 0; i < tensor.rows() * tensor.columns(); i++) {
      bits = i % PER_DRAW == 0 ? random.nextLong() : bits >>> Short.SIZE;
      buffer.putShort(bf16((short) bits * scale));
    }
    return buffer.flip();
  }

  /** The upper half of a float, rounded towards zero. */
  private static short bf16(float value) {
    return (short) (Float.floatToRawIntBits(value) >>> Short.SIZE);
  }

  private static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
