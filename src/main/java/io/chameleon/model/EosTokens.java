package io.chameleon.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads the end-of-sequence tokens: of generation_config.json, else of config.json. */
final class EosTokens {

  private static final String GENERATION = "generation_config.json";
  private static final String FIELD = "eos_token_id";
  private static final int MAX_BYTES = 1 << 20;

  private EosTokens() {}

  /**
   * The tokens that end a sequence; may be empty.
   *
   * @throws InvalidFileException if one is no token of the vocabulary
   */
  static Set<Integer> read(Path folder, JsonFields config, int vocabularySize) {
    Path generation = folder.resolve(GENERATION);
    if (Files.exists(generation)) {
      JsonFields fields = new JsonFields(StrictJson.read(generation, MAX_BYTES), GENERATION);
      if (fields.has(FIELD)) {
        return tokens(fields, vocabularySize);
      }
    }
    if (config.mentions(FIELD)) {
      return tokens(config, vocabularySize);
    }
    Optional<Integer> token = ModelConfigReader.family(config).eosToken();
    return token.map(Set::of).orElse(Set.of());
  }

  private static Set<Integer> tokens(JsonFields fields, int vocabularySize) {
    Optional<JsonNode> node = fields.node(FIELD);
    if (node.isEmpty()) {
      return Set.of();
    }
    Set<Integer> tokens = new LinkedHashSet<>();
    for (JsonNode token : node.get().isArray() ? node.get() : List.of(node.get())) {
      if (!token.isIntegralNumber()
          || !token.canConvertToInt()
          || token.intValue() < 0
          || token.intValue() >= vocabularySize) {
        throw fields.fault(FIELD, "tokens from 0 to %d".formatted(vocabularySize - 1));
      }
      tokens.add(token.intValue());
    }
    return Set.copyOf(tokens);
  }
}
