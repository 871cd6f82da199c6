package io.chameleon.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Parses the JSON header of a safetensors file as a stream, so that a header that lies costs no
 * more memory than what was read of it.
 */
final class SafetensorsHeader {

  private static final String METADATA = "__metadata__";
  private static final int MAX_DIMENSIONS = 16;
  private static final Comparator<TensorEntry> BY_PLACE =
      Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end);

  private final long dataBytes;
  private final String file;
  private final JsonParser parser;

  private SafetensorsHeader(JsonParser parser, long dataBytes, String file) {
    this.parser = parser;
    this.dataBytes = dataBytes;
    this.file = file;
  }

  /**
   * Parses and checks.
   *
   * @param dataBytes how many follow the header up to the end of the file
   * @param file name for messages
   * @throws InvalidFileException naming the tensor and the fault
   */
  static Map<String, TensorEntry> parse(MemorySegment header, long dataBytes, String file) {
    try (JsonParser parser = StrictJson.parser(reader(header))) {
      return new SafetensorsHeader(parser, dataBytes, file).parse();
    } catch (JacksonException e) {
      throw new InvalidFileException(
          "%s: header is not valid: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  private Map<String, TensorEntry> parse() {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "header");
    List<TensorEntry> entries = new ArrayList<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      expect(parser.nextToken(), JsonToken.START_OBJECT, name);
      if (name.equals(METADATA)) {
        skipMetadata();
      } else {
        entries.add(entry(name));
      }
    }
    if (parser.nextToken() != null) {
      throw fault("something follows the header's object");
    }
    requireGapless(entries);
    return byName(entries);
  }

  private void skipMetadata() {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      expect(parser.nextToken(), JsonToken.VALUE_STRING, METADATA);
    }
  }

  private TensorEntry entry(String name) {
    @Nullable String dtype = null;
    long @Nullable [] shape = null;
    long @Nullable [] offsets = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(value, JsonToken.VALUE_STRING, name + " dtype");
          dtype = parser.getString();
        }
        case "shape" -> shape = sizes(value, name + " shape");
        case "data_offsets" -> offsets = sizes(value, name + " data_offsets");
        default -> throw fault("tensor %s has the unknown field %s".formatted(name, field));
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw fault("tensor %s lacks dtype, shape or data_offsets".formatted(name));
    }
    return checked(name, dtype, shape, offsets);
  }

  private TensorEntry checked(String name, String dtype, long[] shape, long[] offsets) {
    ElementType type =
        ElementType.named(dtype)
            .orElseThrow(() ->
                fault(
                    "tensor %s has dtype %s; supported are %s"
                        .formatted(name, dtype, Arrays.toString(ElementType.values()))));
    if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataBytes) {
      throw fault(
          "tensor %s lies at %s; the data is %d bytes long"
              .formatted(name, Arrays.toString(offsets), dataBytes));
    }
    long expected = byteSize(name, type, shape);
    if (offsets[1] - offsets[0] != expected) {
      throw fault(
          "tensor %s holds %d bytes; its shape %s of %s asks for %d"
              .formatted(name, offsets[1] - offsets[0], Arrays.toString(shape), type, expected));
    }
    return new TensorEntry(name, type, shape, offsets[0], offsets[1]);
  }

  private long byteSize(String name, ElementType type, long[] shape) {
    try {
      long bytes = type.bytes();
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw new InvalidFileException(
          "%s: tensor %s has the shape %s, which is too large"
              .formatted(file, name, Arrays.toString(shape)),
          e);
    }
  }

  private long[] sizes(JsonToken start, String what) {
    expect(start, JsonToken.START_ARRAY, what);
    long[] sizes = new long[MAX_DIMENSIONS];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      long size = parser.getLongValue();
      if (size < 0 || count == MAX_DIMENSIONS) {
        throw fault(
            "%s holds %d as value %d; at most %d values from 0 on are supported"
                .formatted(what, size, count + 1, MAX_DIMENSIONS));
      }
      sizes[count++] = size;
    }
    return Arrays.copyOf(sizes, count);
  }

  private void requireGapless(List<TensorEntry> entries) {
    List<TensorEntry> sorted = new ArrayList<>(entries);
    sorted.sort(BY_PLACE);
    long position = 0;
    for (TensorEntry entry : sorted) {
      if (entry.begin() != position) {
        throw fault(
            "tensor %s begins at %d where %d was expected: tensors overlap or leave a hole"
                .formatted(entry.name(), entry.begin(), position));
      }
      position = entry.end();
    }
    if (position != dataBytes) {
      throw fault("tensors end at %d but the data is %d bytes long".formatted(position, dataBytes));
    }
  }

  private static Map<String, TensorEntry> byName(List<TensorEntry> entries) {
    Map<String, TensorEntry> byName = LinkedHashMap.newLinkedHashMap(entries.size());
    entries.forEach(entry -> byName.put(entry.name(), entry));
    return Collections.unmodifiableMap(byName);
  }

  private void expect(@Nullable JsonToken found, JsonToken wanted, String what) {
    if (found != wanted) {
      throw fault("%s is %s where %s was expected".formatted(what, found, wanted));
    }
  }

  private InvalidFileException fault(String message) {
    return new InvalidFileException("%s: %s".formatted(file, message));
  }

  /** Decodes strictly: Jackson would guess the encoding, and the format knows only UTF-8. */
  private static Reader reader(MemorySegment header) {
    InputStream in = new SegmentInputStream(header.asByteBuffer());
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
  }

  /** Reads a segment without copying all of it. */
  private static final class SegmentInputStream extends InputStream {

    private final ByteBuffer buffer;

    private SegmentInputStream(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public int read() throws IOException {
      return buffer.hasRemaining() ? Byte.toUnsignedInt(buffer.get()) : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (!buffer.hasRemaining()) {
        return -1;
      }
      int count = Math.min(length, buffer.remaining());
      buffer.get(target, offset, count);
      return count;
    }
  }
}
