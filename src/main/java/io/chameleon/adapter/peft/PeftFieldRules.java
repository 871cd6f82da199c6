package io.chameleon.adapter.peft;

import io.chameleon.model.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which fields of {@code adapter_config.json} may hold what. A field that is neither read here nor
 * harmless must be neutral (null, false or empty, as PEFT writes what is off), known or not: so
 * what PEFT adds tomorrow is refused when it is used and passed over when it is not.
 */
final class PeftFieldRules {

  /** Read by {@link PeftConfigReader}. */
  private static final Set<String> READ =
      Set.of(
          "r",
          "lora_alpha",
          "rank_pattern",
          "alpha_pattern",
          "use_rslora",
          "target_modules",
          "exclude_modules",
          "layers_to_transform",
          "layers_pattern");

  /** Change nothing of what is computed when serving. */
  private static final Set<String> HARMLESS =
      Set.of(
          "base_model_name_or_path",
          "inference_mode",
          "lora_dropout",
          "megatron_core",
          "peft_version",
          "qalora_group_size",
          "revision",
          "runtime_config");

  /** Initialisations that leave the base as it was. */
  private static final Set<String> INITIALISATIONS = Set.of("gaussian", "eva", "orthogonal");

  private static final Rule NEUTRAL =
      new Rule(PeftFieldRules::isNeutral, "only null, false or empty");

  private static final Map<String, Rule> RULES =
      Map.of(
          "peft_type", new Rule(node -> isText(node, "LORA"), "\"LORA\""),
          "task_type",
              new Rule(node -> node.isNull() || isText(node, "CAUSAL_LM"), "\"CAUSAL_LM\" or null"),
          "bias", new Rule(node -> isText(node, "none"), "\"none\": base biases are not replaced"),
          "use_dora", new Rule(PeftFieldRules::isNeutral, "false: DoRA is not served"),
          "fan_in_fan_out", new Rule(PeftFieldRules::isNeutral, "false"),
          "modules_to_save",
              new Rule(PeftFieldRules::isNeutral, "null: whole modules are not replaced"),
          "trainable_token_indices",
              new Rule(PeftFieldRules::isNeutral, "null: trainable tokens are not served"),
          "init_lora_weights",
              new Rule(
                  PeftFieldRules::leavesBase,
                  "true, false, \"gaussian\", \"eva\" and \"orthogonal\", which leave the base"
                      + " as it was"),
          "auto_mapping",
              new Rule(PeftFieldRules::isCausalModel, "null or the class of a causal model"));

  private PeftFieldRules() {}

  /** What a field may hold, and how that is called. */
  private record Rule(Predicate<JsonNode> allowed, String supported) {}

  /**
   * Refuses a configuration with all reasons at once.
   *
   * @throws InvalidAdapterException naming every field that is not supported, and its value
   */
  static void check(ObjectNode config, String file) {
    if (!config.hasNonNull("peft_type")) {
      throw new InvalidAdapterException(
          "%s: peft_type is missing; supported is \"LORA\"".formatted(file));
    }
    List<String> reasons = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : config.properties()) {
      Rule rule = rule(field.getKey(), config);
      if (!rule.allowed().test(field.getValue())) {
        reasons.add(
            "%s is %s; supported is %s"
                .formatted(field.getKey(), JsonFields.quoted(field.getValue()), rule.supported()));
      }
    }
    if (!reasons.isEmpty()) {
      throw new InvalidAdapterException(file + ": " + String.join(". ", reasons));
    }
  }

  private static Rule rule(String field, ObjectNode config) {
    // The settings of an initialisation from data: it is over, and left the base as it was.
    boolean isEva = field.equals("eva_config") && isText(config.path("init_lora_weights"), "eva");
    if (isEva || READ.contains(field) || HARMLESS.contains(field)) {
      return new Rule(node -> true, "anything");
    }
    return RULES.getOrDefault(field, NEUTRAL);
  }

  private static boolean isNeutral(JsonNode node) {
    return node.isNull()
        || node.isBoolean() && !node.booleanValue()
        || node.isContainer() && node.isEmpty();
  }

  private static boolean isText(JsonNode node, String text) {
    return node.isString() && node.stringValue().equals(text);
  }

  private static boolean leavesBase(JsonNode node) {
    return node.isBoolean() || node.isString() && INITIALISATIONS.contains(node.stringValue());
  }

  /** PEFT writes the class of the base here when no task type was given. */
  private static boolean isCausalModel(JsonNode node) {
    JsonNode base = node.path("base_model_class");
    return node.isNull() || base.isString() && base.stringValue().endsWith("ForCausalLM");
  }
}
