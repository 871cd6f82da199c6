package io.chameleon.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as strangers' files are read: bounded size and depth, valid UTF-8, no key twice, nothing
 * after the value.
 */
public final class StrictJson {

  private static final int MAX_DEPTH = 32;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /**
   * Reads a file that holds one JSON object.
   *
   * @param maxBytes largest size that is read
   * @throws InvalidFileException if the file is missing, too large or not one JSON object
   */
  public static ObjectNode read(Path file, int maxBytes) {
    return object(bytes(file, maxBytes), file.getFileName().toString());
  }

  /**
   * The content of a regular file of bounded size.
   *
   * @throws InvalidFileException if the file is missing, larger or not a regular file
   * @throws UnreadableFileException if it cannot be read
   */
  public static byte[] bytes(Path file, int maxBytes) {
    String name = file.getFileName().toString();
    requireRegularFile(file);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new InvalidFileException(
            "%s: over %d bytes; the limit is %d".formatted(name, maxBytes, maxBytes));
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * Parses one JSON object.
   *
   * @param name of the file, for messages
   * @throws InvalidFileException if it is anything else
   */
  public static ObjectNode object(byte[] utf8, String name) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      JsonNode node = MAPPER.readTree(text);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new InvalidFileException("%s: not a JSON object".formatted(name));
    } catch (CharacterCodingException e) {
      throw new InvalidFileException("%s: not valid UTF-8".formatted(name), e);
    } catch (JacksonException e) {
      throw malformed(name, e);
    }
  }

  /** A parser of the same strictness, for what is too large for a tree. */
  static JsonParser parser(Reader reader) {
    return MAPPER.createParser(reader);
  }

  static InvalidFileException malformed(String name, JacksonException e) {
    return new InvalidFileException(
        "%s: not valid JSON: %s".formatted(name, e.getOriginalMessage()), e);
  }

  static InvalidFileException unreadable(String name, IOException e) {
    return new UnreadableFileException("%s: cannot be read: %s".formatted(name, withoutPath(e)), e);
  }

  /** Clients read this too, and where files lie is not their business. */
  private static String withoutPath(IOException e) {
    if (e instanceof FileSystemException fault) {
      String reason = fault.getReason();
      return reason == null ? fault.getClass().getSimpleName() : reason;
    }
    return e.toString();
  }

  /** Looks before opening, because opening a pipe would wait for its writer. */
  static void requireRegularFile(Path file) {
    if (Files.isRegularFile(file)) {
      return;
    }
    if (!Files.exists(file)) {
      throw new InvalidFileException(
          "%s: no such file".formatted(file.getFileName()),
          new NoSuchFileException(file.toString()));
    }
    throw new InvalidFileException("%s: not a regular file".formatted(file.getFileName()));
  }
}
