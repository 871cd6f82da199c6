package io.chameleon;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is served, and with what.
 *
 * @param model a Hugging Face model folder; empty for the demo model in the jar, with its adapters
 * @param modelId the name under which requests ask for the base model; empty for the folder's name
 * @param adapters folders whose sub-folders are PEFT LoRA adapters
 * @param threads cores that the engine computes with; 0 for all that the process may use
 */
@ConfigurationProperties("chameleon")
public record ChameleonProperties(
    @DefaultValue("") String model,
    @DefaultValue("") String modelId,
    @DefaultValue List<Path> adapters,
    @DefaultValue("0") int threads) {

  private static final int MOST_THREADS = 1024;

  public ChameleonProperties {
    adapters = List.copyOf(adapters);
    if (threads < 0 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "chameleon.threads is %d; it must be 0 (all) to %d".formatted(threads, MOST_THREADS));
    }
  }

  /** The number of cores, resolved. */
  public int engineThreads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
