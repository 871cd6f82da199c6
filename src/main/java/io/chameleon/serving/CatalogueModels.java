package io.chameleon.serving;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.UnknownModelException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

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
    catalogue.get().served().stream().map(this::adapter).forEach(models::add);
    return models;
  }

  @Override
  public ServedModel find(String name) {
    if (name.equals(baseId)) {
      return base();
    }
    String prefix = baseId + ":";
    String adapter = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    return switch (catalogue.get().find(adapter).orElse(null)) {
      case AdapterCatalogue.Served served -> adapter(served);
      case AdapterCatalogue.Refused(var refused, _, var reason) ->
          throw new AdapterRefusedException(refused, reason);
      case null -> throw new UnknownModelException(name);
    };
  }

  private ServedModel base() {
    return new ServedModel(baseId, null, baseId, null, contextLength, created);
  }

  private ServedModel adapter(AdapterCatalogue.Served served) {
    String root = served.name() + "@sha256:" + served.contentHash();
    return new ServedModel(served.name(), served.name(), root, baseId, contextLength, created);
  }
}
