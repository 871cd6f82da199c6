package io.chameleon.bench;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.catalogue.AdapterCatalogue;
import java.util.List;

/** Adapters that run together, as long as this is open. */
final class Leases implements AutoCloseable {

  private final List<AdapterLease> open;

  Leases(BenchEngine engine, List<AdapterCatalogue.Served> adapters) {
    this.open = adapters.stream().map(engine::lease).toList();
  }

  List<AdapterLease> open() {
    return open;
  }

  /** What the engine needs of them; asked for once all are open, since windows may move. */
  List<ResidentAdapter> adapters() {
    return open.stream().map(AdapterLease::adapter).toList();
  }

  @Override
  public void close() {
    open.forEach(AdapterLease::close);
  }
}
