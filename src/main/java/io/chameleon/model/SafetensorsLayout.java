package io.chameleon.model;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the header of a safetensors file says, checked against the file's size: every tensor lies
 * inside the data, no two overlap, none leaves a hole, and each is as long as its shape says.
 *
 * @param fileBytes length of the whole file
 * @param dataOffset where the data begins in it
 * @param tensors by name, in the order of the header
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public record SafetensorsLayout(long fileBytes, long dataOffset, Map<String, TensorEntry> tensors) {

  private static final int PREFIX_BYTES = Long.BYTES;
  private static final byte[] LFS_POINTER =
      "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * A header that has not been understood yet.
   *
   * @param json its bytes
   * @param fileBytes length of the file that it stands in
   * @param file name for messages
   */
  public record Unparsed(byte[] json, long fileBytes, String file) {

    /**
     * Understands it.
     *
     * @throws InvalidFileException naming the file and what is wrong with it
     */
    public SafetensorsLayout parse() {
      return of(MemorySegment.ofArray(json), fileBytes, file);
    }
  }

  /**
   * Reads the header of a file, and not a byte of the data.
   *
   * @param maxHeaderBytes longest header that is read
   * @throws InvalidFileException naming the file and what is wrong with it
   * @throws UnreadableFileException if it cannot be read
   */
  public static Unparsed read(Path file, int maxHeaderBytes) {
    StrictJson.requireRegularFile(file);
    String name = String.valueOf(file.getFileName());
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      long fileBytes = channel.size();
      byte[] prefix = bytes(channel, (int) Math.min(fileBytes, PREFIX_BYTES));
      if (isLfsPointer(channel, prefix)) {
        throw lfsPointer(name);
      }
      long length = headerBytes(MemorySegment.ofArray(prefix), fileBytes, maxHeaderBytes, name);
      return new Unparsed(bytes(channel, (int) length), fileBytes, name);
    } catch (IOException e) {
      throw StrictJson.unreadable(name, e);
    }
  }

  /**
   * Checks a file that lies in memory.
   *
   * @param file all of it
   * @param name for messages
   * @param maxHeaderBytes longest header that is read
   * @throws InvalidFileException naming the file and what is wrong with it
   */
  public static SafetensorsLayout of(MemorySegment file, String name, int maxHeaderBytes) {
    if (startsAsLfsPointer(file)) {
      throw lfsPointer(name);
    }
    long length = headerBytes(file, file.byteSize(), maxHeaderBytes, name);
    return of(file.asSlice(PREFIX_BYTES, length), file.byteSize(), name);
  }

  private static SafetensorsLayout of(MemorySegment header, long fileBytes, String name) {
    long dataOffset = PREFIX_BYTES + header.byteSize();
    Map<String, TensorEntry> tensors =
        SafetensorsHeader.parse(header, fileBytes - dataOffset, name);
    return new SafetensorsLayout(fileBytes, dataOffset, tensors);
  }

  private static long headerBytes(
      MemorySegment prefix, long fileBytes, int maxHeaderBytes, String name) {
    if (prefix.byteSize() < PREFIX_BYTES) {
      throw new InvalidFileException(
          "%s: %d bytes long; a safetensors file begins with %d bytes of header length"
              .formatted(name, fileBytes, PREFIX_BYTES));
    }
    long length = prefix.get(LENGTH, 0);
    long limit = Math.min(fileBytes - PREFIX_BYTES, maxHeaderBytes);
    if (length < 0 || length > limit) {
      throw new InvalidFileException(
          "%s: header length %s; the limit is %d in a file of %d bytes"
              .formatted(name, Long.toUnsignedString(length), limit, fileBytes));
    }
    return length;
  }

  private static boolean isLfsPointer(SeekableByteChannel channel, byte[] prefix)
      throws IOException {
    MemorySegment start = MemorySegment.ofArray(LFS_POINTER).asSlice(0, PREFIX_BYTES);
    if (prefix.length < PREFIX_BYTES || start.mismatch(MemorySegment.ofArray(prefix)) != -1) {
      return false;
    }
    // As a length, these bytes are over any limit: what follows cannot be the start of a header.
    channel.position(0);
    int count = (int) Math.min(channel.size(), LFS_POINTER.length);
    return startsAsLfsPointer(MemorySegment.ofArray(bytes(channel, count)));
  }

  private static boolean startsAsLfsPointer(MemorySegment bytes) {
    return bytes.byteSize() >= LFS_POINTER.length
        && bytes.asSlice(0, LFS_POINTER.length).mismatch(MemorySegment.ofArray(LFS_POINTER)) == -1;
  }

  private static InvalidFileException lfsPointer(String name) {
    return new InvalidFileException(
        "%s: a Git LFS pointer, not the file itself; fetch it with `git lfs pull`".formatted(name));
  }

  private static byte[] bytes(SeekableByteChannel channel, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("it ended after %d of %d bytes".formatted(buffer.position(), count));
      }
    }
    return buffer.array();
  }
}
