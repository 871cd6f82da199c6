package io.chameleon.actuator;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterVersion;
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
      case AdapterCatalogue.Served(AdapterVersion version) ->
          new AdapterDescriptor(
              version.name(),
              "served",
              version.shape().rank(),
              version.contentHash().orElse(null),
              null);
      case AdapterCatalogue.Refused(var name, _, var reason) ->
          new AdapterDescriptor(name, "refused", null, null, reason);
      case AdapterCatalogue.Pending(var name, _, var reason) ->
          new AdapterDescriptor(name, "pending", null, null, reason);
      case AdapterCatalogue.Unloaded(var name, _) ->
          new AdapterDescriptor(name, "unloaded", null, null, null);
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
   * @param status served, refused, pending (it may still be being copied) or unloaded
   * @param rank largest rank of any module, if served
   * @param contentHash SHA-256 of configuration and weights, if served and once they were read
   * @param reason why it is refused or pending, or null
   */
  public record AdapterDescriptor(
      String name,
      String status,
      @Nullable Integer rank,
      @Nullable String contentHash,
      @Nullable String reason) {}
}
