package io.chameleon.actuator;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Every adapter that was found, served or refused, and why. */
@Endpoint(id = "adapters")
public class AdaptersEndpoint {

  private final Supplier<AdapterCatalogue> catalogue;

  /** Makes the endpoint over the catalogue, asked anew each time. */
  public AdaptersEndpoint(Supplier<AdapterCatalogue> catalogue) {
    this.catalogue = catalogue;
  }

  /** Lists the adapters by name. */
  @ReadOperation
  public AdaptersDescriptor adapters() {
    AdapterCatalogue now = catalogue.get();
    List<AdapterDescriptor> all = now.entries().stream().map(AdaptersEndpoint::describe).toList();
    return new AdaptersDescriptor(now.served().size(), now.refused().size(), all);
  }

  private static AdapterDescriptor describe(AdapterCatalogue.Entry entry) {
    return switch (entry) {
      case AdapterCatalogue.Served served ->
          new AdapterDescriptor(
              served.name(), "served", served.file().rank(), served.contentHash(), null);
      case AdapterCatalogue.Refused refused ->
          new AdapterDescriptor(refused.name(), "refused", null, null, refused.reason());
    };
  }

  /**
   * The catalogue as JSON.
   *
   * @param served how many are served
   * @param refused how many are not
   * @param adapters all of them, by name
   */
  public record AdaptersDescriptor(int served, int refused, List<AdapterDescriptor> adapters) {}

  /**
   * One adapter as JSON.
   *
   * @param name the name under which requests ask for it
   * @param status served or refused
   * @param rank largest rank of any module, if served
   * @param contentHash SHA-256 of configuration and weights, if served
   * @param reason why it is refused, or null
   */
  public record AdapterDescriptor(
      String name,
      String status,
      @Nullable Integer rank,
      @Nullable String contentHash,
      @Nullable String reason) {}
}
