package io.chameleon.adapter.peft;

import io.chameleon.model.InvalidFileException;
import io.chameleon.model.JsonFields;
import io.chameleon.model.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code adapter_config.json} as PEFT writes it, up to version 0.21. */
public final class PeftConfigReader {

  public static final String FILE = "adapter_config.json";

  private static final int MAX_RANK = 1 << 16;
  private static final int MAX_LAYER = 1 << 16;
  private static final int MAX_PATTERNS = 4_096;
  private static final String ALL_LINEAR = "all-linear";

  private final JsonFields fields;

  private PeftConfigReader(JsonFields fields) {
    this.fields = fields;
  }

  /**
   * The configuration in these bytes.
   *
   * @throws InvalidAdapterException naming the field, its value and what is supported
   */
  static PeftConfig read(byte[] json) {
    try {
      ObjectNode config = StrictJson.object(json, FILE);
      PeftFieldRules.check(config, FILE);
      return new PeftConfigReader(new JsonFields(config, FILE)).read();
    } catch (InvalidFileException e) {
      throw new InvalidAdapterException(e.getMessage(), e);
    }
  }

  private PeftConfig read() {
    int rank = fields.integer("r", 1, MAX_RANK);
    double alpha = fields.positive("lora_alpha");
    PeftConfig config =
        new PeftConfig(
            new PatternValues(ranks(), rank),
            new PatternValues(alphas(), alpha),
            fields.flag("use_rslora", false),
            targets(),
            excluded(),
            layers());
    if (Float.isInfinite(config.scaling()) || config.scaling() == 0) {
      throw fields.fault("lora_alpha", "what leaves a scaling that a float can hold");
    }
    return config;
  }

  private List<PatternValues.Entry> ranks() {
    List<PatternValues.Entry> entries = new ArrayList<>();
    for (String key : patternKeys("rank_pattern")) {
      int rank = patterns("rank_pattern").integer(key, 1, MAX_RANK);
      entries.add(PatternValues.Entry.of(key, rank, "rank_pattern"));
    }
    return entries;
  }

  private List<PatternValues.Entry> alphas() {
    List<PatternValues.Entry> entries = new ArrayList<>();
    for (String key : patternKeys("alpha_pattern")) {
      double alpha = patterns("alpha_pattern").positive(key);
      entries.add(PatternValues.Entry.of(key, alpha, "alpha_pattern"));
    }
    return entries;
  }

  private List<String> patternKeys(String field) {
    Optional<JsonNode> node = fields.node(field);
    if (node.isEmpty()) {
      return List.of();
    }
    List<String> keys = List.copyOf(node.get().propertyNames());
    if (!node.get().isObject() || keys.size() > MAX_PATTERNS) {
      throw fields.fault(field, "an object of at most %d modules".formatted(MAX_PATTERNS));
    }
    return keys;
  }

  private JsonFields patterns(String field) {
    return fields.object(field).orElseThrow();
  }

  private ModuleSelector targets() {
    ModuleSelector targets = selector("target_modules");
    if (targets == null) {
      throw fields.fault("target_modules", "names, an expression or \"all-linear\"");
    }
    return targets;
  }

  private @Nullable ModuleSelector excluded() {
    ModuleSelector excluded = selector("exclude_modules");
    if (excluded instanceof ModuleSelector.AllLinear) {
      throw fields.fault("exclude_modules", "names or an expression");
    }
    boolean isEmpty = fields.node("exclude_modules").map(PeftConfigReader::isEmpty).orElse(true);
    return isEmpty ? null : excluded;
  }

  private @Nullable ModuleSelector selector(String field) {
    Optional<JsonNode> node = fields.node(field);
    if (node.isEmpty()) {
      return null;
    }
    if (!node.get().isString()) {
      return new ModuleSelector.Names(texts(node.get(), field));
    }
    String text = node.get().stringValue();
    return text.toLowerCase(Locale.ROOT).equals(ALL_LINEAR)
        ? new ModuleSelector.AllLinear()
        : new ModuleSelector.Expression(PythonPattern.compile(text, field));
  }

  private Set<String> texts(JsonNode node, String field) {
    if (!node.isArray()) {
      throw fields.fault(field, "a text or a list of texts");
    }
    Set<String> texts = new LinkedHashSet<>();
    for (JsonNode text : node) {
      if (!text.isString()) {
        throw fields.fault(field, "a text or a list of texts");
      }
      texts.add(text.stringValue());
    }
    return texts;
  }

  private LayerSelector layers() {
    Set<Integer> layers = layerNumbers();
    List<String> patterns = layerPatterns();
    boolean isNamed = fields.node("target_modules").filter(JsonNode::isString).isEmpty();
    if (!isNamed && (fields.has("layers_to_transform") || fields.has("layers_pattern"))) {
      throw fields.fault("target_modules", "names where layers_to_transform or layers_pattern is");
    }
    if (!patterns.isEmpty() && !fields.has("layers_to_transform")) {
      throw fields.fault("layers_pattern", "null where layers_to_transform is null");
    }
    List<PythonPattern> places =
        patterns.isEmpty()
            ? List.of(PythonPattern.compile(".*?\\.[^.]*\\.(\\d+)\\.", "layers_pattern"))
            : patterns.stream().map(PeftConfigReader::place).toList();
    return new LayerSelector(layers, places);
  }

  private static PythonPattern place(String pattern) {
    return PythonPattern.compile("(?:^|.*?\\.)" + pattern + "\\.(\\d+)\\.", "layers_pattern");
  }

  private Set<Integer> layerNumbers() {
    Optional<JsonNode> node = fields.node("layers_to_transform");
    if (node.isEmpty()) {
      return Set.of();
    }
    Set<Integer> layers = new LinkedHashSet<>();
    for (JsonNode layer : node.get().isArray() ? node.get() : List.of(node.get())) {
      if (!layer.isIntegralNumber()
          || !layer.canConvertToInt()
          || layer.intValue() < 0
          || layer.intValue() > MAX_LAYER) {
        throw fields.fault("layers_to_transform", "layer numbers from 0 on");
      }
      layers.add(layer.intValue());
    }
    return layers;
  }

  private List<String> layerPatterns() {
    Optional<JsonNode> node = fields.node("layers_pattern");
    if (node.isEmpty() || isEmpty(node.get())) {
      return List.of();
    }
    return node.get().isString()
        ? List.of(node.get().stringValue())
        : List.copyOf(texts(node.get(), "layers_pattern"));
  }

  /** Whether Python would call it empty: a text or a list without content. */
  private static boolean isEmpty(JsonNode node) {
    return node.isString() ? node.stringValue().isEmpty() : node.isArray() && node.isEmpty();
  }
}
