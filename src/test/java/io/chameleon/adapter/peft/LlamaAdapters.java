package io.chameleon.adapter.peft;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Adapters of the untied tiny Llama, to be opened as they are or changed. */
public final class LlamaAdapters {

  public static final String LLAMA = "llama-mha-untied";

  private LlamaAdapters() {}

  /** The shape of one of the tiny models. */
  public static ModelConfig model(String architecture) {
    try (Checkpoint checkpoint = Checkpoint.open(FixtureFiles.fixture(architecture + "/base"))) {
      return checkpoint.config();
    }
  }

  /** Opens a folder against the tiny Llama. */
  public static AdapterFile open(Path folder) {
    return AdapterFile.open(folder, model(LLAMA));
  }

  /** Copies an adapter below a folder. */
  public static Path copy(String adapter, Path temporary) {
    return FixtureFiles.copy(
        FixtureFiles.fixture(LLAMA + "/" + adapter), temporary.resolve(adapter));
  }

  /** Copies an adapter below a folder and changes its tensors. */
  public static Path change(
      String adapter, Path temporary, UnaryOperator<SafetensorsWriter> change) {
    Path folder = copy(adapter, temporary);
    Path weights = folder.resolve("adapter_model.safetensors");
    change.apply(SafetensorsWriter.read(weights)).write(weights);
    return folder;
  }
}
