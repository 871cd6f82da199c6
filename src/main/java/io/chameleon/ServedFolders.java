package io.chameleon;

import io.chameleon.model.DemoModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the model and its adapters lie.
 *
 * @param modelId the name of the base model
 * @param model a Hugging Face model folder
 * @param adapters folders of PEFT folders
 */
public record ServedFolders(String modelId, Path model, List<Path> adapters) {

  /** Resolves the configuration; without a model, unpacks the demo. */
  public static ServedFolders of(ChameleonProperties properties) {
    properties.adapters().forEach(folder -> requireFolder("chameleon.adapters", folder));
    if (properties.model().isEmpty()) {
      DemoModel.Unpacked demo = DemoModel.inDefaultCache().unpack();
      List<Path> adapters = new ArrayList<>(properties.adapters());
      adapters.addFirst(demo.adapters());
      return new ServedFolders(named(properties, DemoModel.ID), demo.base(), adapters);
    }
    Path model = Path.of(properties.model()).toAbsolutePath().normalize();
    requireFolder("chameleon.model", model);
    String id = named(properties, String.valueOf(model.getFileName()));
    return new ServedFolders(id, model, properties.adapters());
  }

  private static void requireFolder(String property, Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "%s names %s; there is no such folder".formatted(property, folder));
    }
  }

  private static String named(ChameleonProperties properties, String otherwise) {
    return properties.modelId().isEmpty() ? otherwise : properties.modelId();
  }
}
