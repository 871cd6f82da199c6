package io.chameleon.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the service itself reads of a tokenizer.json.
 *
 * @param pieces text of each token id as the vocabulary spells it; null for ids not used
 * @param added the added tokens, special or not
 * @param decoding how pieces become text
 */
record TokenizerFile(
    Path path, List<@Nullable String> pieces, List<AddedToken> added, Decoding decoding) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** How pieces become text. */
  enum Decoding {
    /** Each character of a piece is a byte (GPT-2's alphabet), and nothing else happens. */
    BYTE_LEVEL,
    /** A word boundary is spelled U+2581, a byte may be spelled {@code <0xNN>}. */
    WORD_BOUNDARY,
    /** Anything else. */
    OTHER
  }

  /**
   * Reads the tokenizer.json of a model folder.
   *
   * @throws NoSuchFileException if there is none
   */
  static TokenizerFile read(Path folder) throws IOException {
    Path path = folder.resolve("tokenizer.json");
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(
          path.toString(),
          null,
          "a model folder must have the fast tokenizer's tokenizer.json; a tokenizer.model or"
              + " vocab.json alone must be converted first");
    }
    JsonNode root = JSON.readTree(path);
    List<@Nullable String> pieces = new ArrayList<>();
    JsonNode vocabulary = root.path("model").path("vocab");
    vocabulary.properties().forEach(e -> set(pieces, e.getValue().asInt(), e.getKey()));
    if (vocabulary.isArray()) { // Unigram: pairs of piece and score
      vocabulary.forEach(pair -> pieces.add(pair.path(0).asString()));
    }
    List<AddedToken> added = new ArrayList<>();
    for (JsonNode token : root.path("added_tokens")) {
      added.add(addedToken(token));
      set(pieces, token.path("id").asInt(), token.path("content").asString());
    }
    return new TokenizerFile(path, pieces, List.copyOf(added), decoding(root.path("decoder")));
  }

  private static void set(List<@Nullable String> pieces, int id, String piece) {
    while (pieces.size() <= id) {
      pieces.add(null);
    }
    pieces.set(id, piece);
  }

  private static AddedToken addedToken(JsonNode token) {
    return new AddedToken(
        token.path("id").asInt(),
        token.path("content").asString(),
        token.path("special").asBoolean(false),
        token.path("lstrip").asBoolean(false),
        token.path("rstrip").asBoolean(false));
  }

  private static Decoding decoding(JsonNode decoder) {
    String type = decoder.path("type").asString("");
    if (type.equals("ByteLevel")) {
      return Decoding.BYTE_LEVEL;
    }
    boolean boundary =
        type.equals("Metaspace")
            || StreamSupport.stream(decoder.path("decoders").spliterator(), false)
                .anyMatch(part ->
                    part.path("type").asString("").equals("Metaspace")
                        || part.path("pattern").path("String").asString("").equals("\u2581"));
    return boundary ? Decoding.WORD_BOUNDARY : Decoding.OTHER;
  }

  /**
   * The file's JSON, changed so that the given tokens are not found in a text.
   *
   * @param hidden added tokens to hide
   * @param nonce a string that occurs in no text; stands for the hidden tokens, as the ids of the
   *     tokens after them hang on their number
   * @param inner whether texts are not the beginning of the whole, so that a word boundary that
   *     belongs to the first text alone is left out
   */
  String without(Set<AddedToken> hidden, String nonce, boolean inner) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(path);
    ArrayNode kept = JSON.createArrayNode();
    for (JsonNode token : root.path("added_tokens")) {
      if (!hidden.contains(addedToken(token))) {
        kept.add(token);
      } else if (!isInVocabulary(root, token.path("content").asString())) {
        kept.add(((ObjectNode) token.deepCopy()).put("content", nonce + token.path("id").asInt()));
      }
    }
    root.set("added_tokens", kept);
    if (inner) {
      root.path("pre_tokenizer").findParents("prepend_scheme").forEach(TokenizerFile::dropFirst);
      dropFirst(root.path("pre_tokenizer"));
    }
    return JSON.writeValueAsString(root);
  }

  private static boolean isInVocabulary(JsonNode root, String piece) {
    JsonNode vocabulary = root.path("model").path("vocab");
    return vocabulary.isObject()
        ? vocabulary.has(piece)
        : StreamSupport.stream(vocabulary.spliterator(), false)
            .anyMatch(pair -> pair.path(0).asString("").equals(piece));
  }

  private static void dropFirst(JsonNode metaspace) {
    if (metaspace instanceof ObjectNode node
        && node.path("prepend_scheme").asString("").equals("first")) {
      node.put("prepend_scheme", "never");
    }
  }
}
