package io.chameleon.actuator;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Entry;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.host.HostTier;
import io.chameleon.adapter.pool.PoolView;
import io.chameleon.adapter.pool.ResidentView;
import io.chameleon.memory.CellUse;
import io.chameleon.request.AdapterTier;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Catalogue, host memory and pool, put together for people. */
final class AdapterTable {

  private final AdapterCatalogue catalogue;
  private final HostTier host;
  private final PoolView pool;
  private final EngineClock clock;

  AdapterTable(AdapterCatalogue catalogue, HostTier host, PoolView pool, EngineClock clock) {
    this.catalogue = catalogue;
    this.host = host;
    this.pool = pool;
    this.clock = clock;
  }

  AdaptersDescriptor answer(AdapterQuery query, long hostBytes) {
    List<AdapterDescriptor> all = catalogue.entries().stream().map(this::describe).toList();
    List<AdapterDescriptor> matching = all.stream().filter(query::matches).toList();
    return new AdaptersDescriptor(
        catalogue.served().size(),
        catalogue.refused().size(),
        summary(all, hostBytes),
        matching.size(),
        query.offset(),
        matching.stream().skip(query.offset()).limit(query.limit()).toList());
  }

  private AdaptersDescriptor.Summary summary(List<AdapterDescriptor> all, long hostBytes) {
    long median = medianDeviceBytes();
    long more = median == 0 ? 0 : pool.freeBytes() / median;
    return new AdaptersDescriptor.Summary(
        pool.isKnown(),
        count(all, AdapterDescriptor::status),
        count(all, AdapterDescriptor::tier),
        bytesByTier(hostBytes),
        pool.draining(),
        median,
        pool.freeBytes(),
        more,
        pool.residents().size() + more);
  }

  private Map<String, Long> bytesByTier(long hostBytes) {
    Map<String, Long> bytes = new TreeMap<>();
    bytes.put(AdapterTier.DEVICE.wireName(), pool.bytes(CellUse.ADAPTER));
    bytes.put(AdapterTier.HOST.wireName(), hostBytes);
    bytes.put(AdapterTier.DISK.wireName(), catalogue.weightFileBytes());
    return bytes;
  }

  private long medianDeviceBytes() {
    long[] sizes =
        catalogue.versions().stream()
            .mapToLong(version -> pool.deviceBytes(version.shape().packedBytes()))
            .sorted()
            .toArray();
    return sizes.length == 0 ? 0 : sizes[sizes.length / 2];
  }

  private static Map<String, Integer> count(
      List<AdapterDescriptor> all, Function<AdapterDescriptor, @Nullable String> key) {
    Map<String, Integer> counts = new TreeMap<>();
    for (AdapterDescriptor adapter : all) {
      String value = key.apply(adapter);
      if (value != null) {
        counts.merge(value, 1, Integer::sum);
      }
    }
    return counts;
  }

  private AdapterDescriptor describe(Entry entry) {
    return switch (entry) {
      case AdapterCatalogue.Served(AdapterVersion version) -> describe(version);
      case AdapterCatalogue.Refused(var name, _, var reason) ->
          AdapterDescriptor.unserved(name, "refused", reason);
      case AdapterCatalogue.Pending(var name, _, var reason) ->
          AdapterDescriptor.unserved(name, "pending", reason);
      case AdapterCatalogue.Unloaded(var name, _) ->
          AdapterDescriptor.unserved(name, "unloaded", null);
    };
  }

  private AdapterDescriptor describe(AdapterVersion version) {
    PoolView.Use use = pool.use(version);
    long packed = version.shape().packedBytes();
    return new AdapterDescriptor(
        version.name(),
        "served",
        version.shape().rank(),
        version.contentHash().orElse(null),
        tier(version).wireName(),
        packed,
        pool.deviceBytes(packed),
        use.needs().running(),
        use.needs().waiting(),
        version.usage().requests(),
        version.usage().hits(),
        lastUsed(version),
        use.isPinned(),
        version.settings().tenants().stream().sorted().toList(),
        null);
  }

  private @Nullable Instant lastUsed(AdapterVersion version) {
    var last = version.usage().lastNanos();
    return last.isPresent() ? clock.at(last.getAsLong()) : null;
  }

  private AdapterTier tier(AdapterVersion version) {
    ResidentView resident = pool.resident(version);
    if (resident != null) {
      return AdapterTier.DEVICE;
    }
    return host.isHere(version) ? AdapterTier.HOST : AdapterTier.DISK;
  }
}
