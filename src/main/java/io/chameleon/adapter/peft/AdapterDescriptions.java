package io.chameleon.adapter.peft;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.chameleon.model.ModelConfig;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Describes the adapters of one model. Of thousands of adapters most were trained with the same
 * settings, so that configuration and header are the same to the byte; such bytes are understood
 * once. Safe for use by many threads.
 */
public final class AdapterDescriptions {

  /** Of configurations and headers; what is understood of them takes a few times as much. */
  private static final long MAX_REMEMBERED_BYTES = 4 << 20;

  private final ModelConfig model;
  private final Cache<DescriptionKey, AdapterDescription> known =
      Caffeine.newBuilder()
          .maximumWeight(MAX_REMEMBERED_BYTES)
          .weigher((DescriptionKey key, AdapterDescription value) -> key.size())
          .executor(Runnable::run)
          .build();

  /** Knows none yet. */
  public AdapterDescriptions(ModelConfig model) {
    this.model = model;
  }

  /**
   * Reads the configuration and the header of the weights.
   *
   * @throws InvalidAdapterException with a cause that a person understands
   * @throws java.io.UncheckedIOException if they cannot be read, which says nothing about them
   */
  public AdapterDescription read(Path folder) {
    return AdapterDescription.read(folder, model, this::find);
  }

  private AdapterDescription find(DescriptionKey key, Supplier<AdapterDescription> description) {
    return known.get(key, k -> description.get());
  }
}
