package io.chameleon.bench;

import io.chameleon.ChameleonProperties;
import io.chameleon.ServedFolders;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * The model that a proof runs on, without the adapters that lie beside it.
 *
 * @param id under which it is served
 * @param folder a Hugging Face model folder
 * @param config its shape
 * @param threads of the engine, at least 1
 */
record ProofModel(String id, Path folder, ModelConfig config, int threads) {

  /**
   * The model at a folder, or the demo for an empty name.
   *
   * @param threads of the engine; 0 for all
   */
  static ProofModel open(String model, int threads) {
    ChameleonProperties asked = new ChameleonProperties(model, "", List.of(), threads);
    ServedFolders folders = ServedFolders.of(asked);
    try (Checkpoint checkpoint = Checkpoint.open(folders.model())) {
      return new ProofModel(
          folders.modelId(), folders.model(), checkpoint.config(), asked.engineThreads());
    }
  }

  /** The service's configuration, with these adapters and no others. */
  ChameleonProperties serving(Path adapters) {
    return new ChameleonProperties(folder.toString(), id, List.of(adapters), threads);
  }
}
