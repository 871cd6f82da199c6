package io.chameleon.actuator;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.host.HostBlock;
import io.chameleon.adapter.host.HostTier;
import io.chameleon.adapter.pool.PoolView;
import io.chameleon.openai.AdministrativeCalls;
import io.chameleon.serving.AdapterAdministration;
import io.chameleon.serving.AdminProperties;
import io.chameleon.serving.LoadReport;
import io.chameleon.serving.LoadRequest;
import io.chameleon.serving.UnloadMode;
import io.chameleon.serving.UnloadReport;
import io.chameleon.serving.UnloadRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Every adapter that was found, where it is, who uses it; and loading and unloading them. */
@Endpoint(id = "adapters")
public class AdaptersEndpoint {

  /** Within which the engine says what is in device memory; a step takes less. */
  private static final Duration ENGINE = Duration.ofSeconds(2);

  private final Sources sources;
  private final AdapterAdministration administration;
  private final AdministrativeCalls calls;
  private final Duration timeout;

  /**
   * What is shown.
   *
   * @param catalogue asked anew each time
   * @param host what is in host memory
   * @param memory bytes of it
   * @param clock of the engine
   */
  public record Sources(
      Supplier<AdapterCatalogue> catalogue,
      HostTier host,
      HostBlock.Allocator memory,
      EngineClock clock) {}

  /** Makes the endpoint. */
  public AdaptersEndpoint(
      Sources sources,
      AdapterAdministration administration,
      AdministrativeCalls calls,
      AdminProperties properties) {
    this.sources = sources;
    this.administration = administration;
    this.calls = calls;
    this.timeout = properties.timeout();
  }

  /**
   * Lists adapters by name.
   *
   * @param name a part of the name
   * @param tier the fastest memory that they are in: device, host or disk
   * @param status served, refused, pending or unloaded
   * @param offset of those that match, how many are left out first
   * @param limit how many are shown then at most
   */
  @ReadOperation
  public Mono<AdaptersDescriptor> adapters(
      @Nullable String name,
      @Nullable String tier,
      @Nullable String status,
      @Nullable Integer offset,
      @Nullable Integer limit) {
    AdapterQuery query = query(name, tier, status, offset, limit);
    return calls.answer(
        administration
            .view()
            .timeout(ENGINE)
            .onErrorReturn(PoolView.EMPTY)
            .map(pool -> table(pool).answer(query, sources.memory.allocatedBytes())));
  }

  /**
   * Serves an adapter.
   *
   * @param name is to stand for it
   * @param path its folder, below an allowed root; without it, what the name stands for, or stood
   *     for before it was unloaded
   * @param replace whether the name may stand for something else now
   * @param pin whether it stays in device memory until it is unloaded
   * @param preload whether the answer waits until it is in device memory
   * @param timeout how long
   */
  @WriteOperation
  public Mono<WebEndpointResponse<LoadReport>> load(
      @Selector String name,
      @Nullable String path,
      @Nullable Boolean replace,
      @Nullable Boolean pin,
      @Nullable Boolean preload,
      @Nullable Duration timeout) {
    LoadRequest wanted =
        new LoadRequest(
            name,
            path,
            Boolean.TRUE.equals(replace),
            Boolean.TRUE.equals(pin),
            Boolean.TRUE.equals(preload),
            Objects.requireNonNullElse(timeout, this.timeout));
    return calls
        .run(
            "load " + wanted,
            HttpStatus.FORBIDDEN,
            Mono.defer(() -> administration.load(wanted)),
            LoadReport::toString)
        .map(report -> new WebEndpointResponse<>(report, status(report)));
  }

  /**
   * Unloads an adapter.
   *
   * @param name stands for it
   * @param mode drain, refuse or force
   * @param timeout how long the answer waits until all is free
   */
  @DeleteOperation
  public Mono<WebEndpointResponse<UnloadReport>> unload(
      @Selector String name, @Nullable String mode, @Nullable Duration timeout) {
    Duration wait = Objects.requireNonNullElse(timeout, this.timeout);
    Mono<UnloadReport> work =
        Mono.defer(() -> {
          UnloadMode wanted = mode == null ? UnloadMode.DRAIN : UnloadMode.named(mode);
          return administration.unload(new UnloadRequest(name, wanted, wait));
        });
    return calls
        .run(
            "unload %s mode=%s".formatted(name, mode), HttpStatus.FORBIDDEN, work, Object::toString)
        .map(report -> new WebEndpointResponse<>(report, status(report)));
  }

  private AdapterTable table(PoolView pool) {
    return new AdapterTable(sources.catalogue.get(), sources.host, pool, sources.clock);
  }

  private static AdapterQuery query(
      @Nullable String name,
      @Nullable String tier,
      @Nullable String status,
      @Nullable Integer offset,
      @Nullable Integer limit) {
    try {
      return new AdapterQuery(
          name,
          tier,
          status,
          Objects.requireNonNullElse(offset, 0),
          Objects.requireNonNullElse(limit, AdapterQuery.DEFAULT_LIMIT));
    } catch (IllegalArgumentException e) {
      throw new ResponseStatusException(HttpStatus.BAD_REQUEST, e.getMessage());
    }
  }

  private static int status(LoadReport report) {
    return (report.message() == null ? HttpStatus.OK : HttpStatus.ACCEPTED).value();
  }

  private static int status(UnloadReport report) {
    if (!report.unloaded()) {
      return HttpStatus.CONFLICT.value();
    }
    return (report.drained() ? HttpStatus.OK : HttpStatus.ACCEPTED).value();
  }
}
