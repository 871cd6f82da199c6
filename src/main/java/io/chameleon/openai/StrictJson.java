package io.chameleon.openai;

import io.chameleon.request.InvalidRequestException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a request body as one JSON object in UTF-8, with nothing after it, no key twice and bounded
 * nesting.
 */
final class StrictJson {

  /** Deepest nesting of a body; requests of the OpenAI API need about ten. */
  static final int MAX_DEPTH = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** The parser names its own settings in some messages, which means nothing to a client. */
  private static final Pattern PARSER_SETTING = Pattern.compile(",? ?\\(?from `[^`]*`\\)?");

  private StrictJson() {}

  /**
   * Parses a body.
   *
   * @throws InvalidRequestException if it is not what the class says
   */
  static ObjectNode object(byte[] body) {
    JsonNode node = parse(decode(body));
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new InvalidRequestException(
        null,
        node.isMissingNode()
            ? "The body is empty; it must be a JSON object."
            : "The body is %s; it must be a JSON object.".formatted(JsonValues.show(node)));
  }

  private static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException invalid) {
      String reason = PARSER_SETTING.matcher(invalid.getOriginalMessage()).replaceAll("");
      throw new InvalidRequestException(
          null, "The body is not valid JSON: %s%s.".formatted(reason, place(invalid)));
    }
  }

  private static String place(JacksonException invalid) {
    TokenStreamLocation location = invalid.getLocation();
    return location == null
        ? ""
        : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
  }

  private static String decode(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException malformed) {
      throw new InvalidRequestException(null, "The body is not valid UTF-8.");
    }
  }
}
