package io.chameleon.adapter.peft;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the modules of a model that a configuration targets. It looks at every module that
 * transformers' model has, the others too: a target that also hits an embedding, a norm or a whole
 * layer asks for what is not served.
 */
final class TargetedSites {

  private static final List<String> EMBEDDINGS = List.of("model.embed_tokens", "lm_head");

  private final PeftConfig config;
  private final ModelConfig model;

  private TargetedSites(PeftConfig config, ModelConfig model) {
    this.config = config;
    this.model = model;
  }

  /**
   * The sites that have an update.
   *
   * @throws InvalidAdapterException if there is none, or anything but linear modules is targeted
   */
  static SortedSet<LoraSite> of(PeftConfig config, ModelConfig model) {
    return new TargetedSites(config, model).find();
  }

  private SortedSet<LoraSite> find() {
    refuseEmbeddings();
    refuseOthers();
    SortedSet<LoraSite> sites = new TreeSet<>();
    for (int layer = 0; layer < model.layers(); layer++) {
      for (LinearModule module : LinearModule.values()) {
        LoraSite site = new LoraSite(layer, module);
        if (config.targets(site.moduleName())) {
          sites.add(site);
        }
      }
    }
    if (sites.isEmpty()) {
      throw new InvalidAdapterException(
          "adapter_config.json: target_modules and layers_to_transform match no linear module of"
              + " the model's %d layers".formatted(model.layers()));
    }
    return sites;
  }

  private void refuseEmbeddings() {
    for (String module : EMBEDDINGS) {
      if (config.targets(module)) {
        throw new InvalidAdapterException(
            "adapter_config.json: target_modules matches %s; updates of the embedding and the head"
                    .formatted(module)
                + " are not served");
      }
    }
  }

  private void refuseOthers() {
    for (String module : otherModules()) {
      if (config.targets(module)) {
        throw new InvalidAdapterException(
            "adapter_config.json: target_modules matches %s; supported are %s of each layer"
                .formatted(module, linearNames()));
      }
    }
  }

  private List<String> otherModules() {
    List<String> modules = new ArrayList<>(List.of("model", "model.layers", "model.norm"));
    modules.add("model.rotary_emb");
    for (int layer = 0; layer < model.layers(); layer++) {
      String prefix = "model.layers." + layer;
      modules.add(prefix);
      modules.add(prefix + ".self_attn");
      modules.add(prefix + ".mlp");
      modules.add(prefix + ".mlp.act_fn");
      modules.add(prefix + ".input_layernorm");
      modules.add(prefix + ".post_attention_layernorm");
      if (model.qkNorm()) {
        modules.add(prefix + ".self_attn.q_norm");
        modules.add(prefix + ".self_attn.k_norm");
      }
    }
    return modules;
  }

  private static List<String> linearNames() {
    List<String> names = new ArrayList<>();
    for (LinearModule module : LinearModule.values()) {
      names.add(module.shortName());
    }
    return names;
  }
}
