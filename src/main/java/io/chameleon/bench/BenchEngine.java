package io.chameleon.bench;

import io.chameleon.EngineFactory;
import io.chameleon.ServedFolders;
import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.engine.Batch;
import io.chameleon.engine.djl.CpuDevice;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.HostMemory;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;
import io.chameleon.serving.EngineResources;
import java.util.Comparator;
import java.util.List;

/**
 * The engine as the service has it, without the service. For the thread that made it: libtorch
 * keeps settings and helper threads for each.
 */
final class BenchEngine implements AutoCloseable {

  private static final String ORDINARY = "banking-intent";

  /** Of the free memory; pages that no row writes are never taken. */
  private static final int ARENA_SHARE = 4;

  private final String modelId;

  private final ModelConfig config;

  private final AdapterRegistry adapters;

  private final EngineResources resources;

  private final long weightBytes;

  private BenchEngine(
      String modelId, Checkpoint checkpoint, AdapterRegistry adapters, int threads) {
    this.modelId = modelId;
    this.config = checkpoint.config();
    this.adapters = adapters;
    long bytes = new HostMemory().availableBytes() / ARENA_SHARE;
    EngineFactory factory = new EngineFactory(checkpoint, adapters.catalogue(), threads, bytes);
    CpuDevice device = factory.openDevice();
    this.weightBytes = device.weightBytes();
    this.resources = factory.over(device);
  }

  /** Loads model and adapters. */
  static BenchEngine open(BenchOptions options) {
    ServedFolders folders = ServedFolders.of(options.served());
    Checkpoint checkpoint = Checkpoint.open(folders.model());
    AdapterRegistry adapters =
        AdapterRegistry.open(folders.adapters(), checkpoint.config(), folders.modelId());
    return new BenchEngine(folders.modelId(), checkpoint, adapters, options.threads());
  }

  String modelId() {
    return modelId;
  }

  ModelConfig config() {
    return config;
  }

  /** Bytes of weights that a decode step reads, as they lie in memory. */
  long weightBytes() {
    return weightBytes;
  }

  /** The adapters, by name. */
  List<AdapterCatalogue.Served> adapters() {
    return adapters.catalogue().served();
  }

  /**
   * The one that stands for an ordinary adapter: rank 16 on q, k, v and o; none if there is none.
   */
  List<AdapterCatalogue.Served> oneAdapter() {
    List<AdapterCatalogue.Served> all = adapters();
    return all.stream()
        .filter(adapter -> adapter.name().equals(ORDINARY))
        .findFirst()
        .or(() -> all.stream().findFirst())
        .stream()
        .toList();
  }

  /** The first ones by name, as many as this if there are. */
  List<AdapterCatalogue.Served> firstAdapters(int count) {
    return adapters().stream().limit(count).toList();
  }

  /** The adapters, by rank, then by name. */
  List<AdapterCatalogue.Served> adaptersByRank() {
    return adapters().stream()
        .sorted(Comparator.comparingInt(a -> a.version().shape().rank()))
        .toList();
  }

  AdapterLease lease(AdapterCatalogue.Served adapter) {
    return resources
        .leases()
        .tryAcquire(adapter.name())
        .orElseThrow(() -> new IllegalStateException("no room for adapter " + adapter.name()));
  }

  CellRun allocate(int cells) {
    return resources
        .cells()
        .allocate(cells)
        .orElseThrow(() ->
            new IllegalStateException(
                "no room for %d tokens; the arena holds %d"
                    .formatted(cells, resources.cells().capacity())));
  }

  void release(CellRun run) {
    resources.cells().release(run);
  }

  void step(Batch batch) {
    if (!resources.engine().step(batch).failures().isEmpty()) {
      throw new IllegalStateException("a row of the step gave no token");
    }
  }

  @Override
  public void close() {
    resources.engine().close();
    adapters.close();
  }
}
