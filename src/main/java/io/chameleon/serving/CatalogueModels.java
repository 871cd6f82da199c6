package io.chameleon.serving;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.request.AdapterForbiddenException;
import io.chameleon.request.UnknownModelException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The base model and what the adapter catalogue says now. */
public final class CatalogueModels implements ServedModels {

  private final String baseId;
  private final int contextLength;
  private final Instant created;
  private final Supplier<AdapterCatalogue> catalogue;

  /**
   * Makes the view.
   *
   * @param baseId the name of the base model
   * @param contextLength most tokens of prompt and answer together
   * @param created when the service came up
   * @param catalogue what adapters there are, asked anew each time
   */
  public CatalogueModels(
      String baseId, int contextLength, Instant created, Supplier<AdapterCatalogue> catalogue) {
    this.baseId = baseId;
    this.contextLength = contextLength;
    this.created = created;
    this.catalogue = catalogue;
  }

  @Override
  public List<ServedModel> all() {
    List<ServedModel> models = new ArrayList<>();
    models.add(base());
    catalogue.get().served().stream().map(served -> adapter(served.version())).forEach(models::add);
    return models;
  }

  @Override
  public ServedModel find(String name) {
    return version(name).map(this::adapter).orElseGet(this::base);
  }

  @Override
  public ServedModel find(String name, @Nullable String tenant) {
    Optional<AdapterVersion> version = version(name);
    version
        .filter(found -> !found.settings().allows(tenant))
        .ifPresent(found -> {
          throw new AdapterForbiddenException(found.name(), tenant);
        });
    return version.map(this::adapter).orElseGet(this::base);
  }

  /** What the name stands for; nothing for the base model. */
  private Optional<AdapterVersion> version(String name) {
    if (name.equals(baseId)) {
      return Optional.empty();
    }
    String prefix = baseId + ":";
    String adapter = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    try {
      return Optional.of(catalogue.get().require(adapter));
    } catch (UnknownModelException e) {
      // The client is told the name that it asked for.
      throw new UnknownModelException(name);
    }
  }

  private ServedModel base() {
    return new ServedModel(baseId, null, baseId, null, contextLength, created);
  }

  private ServedModel adapter(AdapterVersion version) {
    String name = version.name();
    String root = version.contentHash().map(hash -> name + "@sha256:" + hash).orElse(name);
    return new ServedModel(name, name, root, baseId, contextLength, created);
  }
}
