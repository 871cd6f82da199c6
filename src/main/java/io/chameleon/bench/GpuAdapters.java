package io.chameleon.bench;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.catalogue.AdapterSettings;
import io.chameleon.adapter.catalogue.AdapterShape;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.catalogue.VersionRegistry;
import io.chameleon.adapter.catalogue.Versions;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.host.AdapterSource;
import io.chameleon.adapter.host.HostBlock;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.model.BFloat16;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import io.chameleon.request.UnknownModelException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Adapters of random numbers on q, k, v and o that are made when they are loaded. */
final class GpuAdapters implements Versions, VersionRegistry, AdapterSource {

  private static final List<LinearModule> MODULES =
      List.of(LinearModule.Q, LinearModule.K, LinearModule.V, LinearModule.O);

  private static final int TABLE = 1 << 20;

  private static final double SPREAD = 0.02;

  private final DeviceModel model;

  private final HostBlock.Allocator memory;

  private final MemorySegment table;

  private final Map<String, AdapterVersion> byName = new LinkedHashMap<>();

  GpuAdapters(DeviceModel model, HostBlock.Allocator memory, long seed) {
    this.model = model;
    this.memory = memory;
    this.table = table(model.numbers(), new Random(seed));
  }

  private static MemorySegment table(ElementType numbers, Random random) {
    if (numbers == ElementType.F32) {
      float[] floats = new float[TABLE];
      for (int i = 0; i < TABLE; i++) {
        floats[i] = (float) (SPREAD * random.nextGaussian());
      }
      return MemorySegment.ofArray(floats);
    }
    short[] halves = new short[TABLE];
    for (int i = 0; i < TABLE; i++) {
      halves[i] = BFloat16.of((float) (SPREAD * random.nextGaussian()));
    }
    return MemorySegment.ofArray(halves);
  }

  /** Adds one and returns its name. */
  String add(int rank) {
    String name = "random-%d-%d".formatted(byName.size(), rank);
    AdapterShape shape =
        new AdapterShape(rank, model.bytes(elements(rank)), Map.of(ModuleGroup.ATTENTION, rank));
    AdapterVersion version = new AdapterVersion(name, Path.of(name), shape, AdapterSettings.NONE);
    version.identify(name);
    byName.put(name, version);
    return name;
  }

  /** Bytes of an adapter. */
  long bytes(int rank) {
    return model.bytes(elements(rank));
  }

  private long elements(int rank) {
    ModelConfig config = model.config();
    long sides = 0;
    for (LinearModule module : MODULES) {
      sides += config.inputSize(module) + config.outputSize(module);
    }
    return sides * rank * config.layers();
  }

  @Override
  public AdapterVersion require(String name) {
    AdapterVersion version = byName.get(name);
    if (version == null) {
      throw new UnknownModelException(name);
    }
    return version;
  }

  @Override
  public Collection<AdapterVersion> versions() {
    return Collections.unmodifiableCollection(byName.values());
  }

  @Override
  public boolean isCurrent(AdapterVersion version) {
    return byName.containsValue(version);
  }

  @Override
  public void refuse(AdapterVersion version, String reason) {
    throw new IllegalStateException("%s is refused: %s".formatted(version, reason));
  }

  @Override
  public PackedAdapter read(AdapterVersion version) {
    int rank = version.shape().rank();
    ModelConfig config = model.config();
    List<AdapterLayout.Block> blocks = new ArrayList<>();
    long offset = 0;
    for (int layer = 0; layer < config.layers(); layer++) {
      for (LinearModule module : MODULES) {
        blocks.add(new AdapterLayout.Block(layer, module, rank, offset));
        offset += (long) rank * (config.inputSize(module) + config.outputSize(module));
      }
    }
    long bytes = model.bytes(offset);
    HostBlock block = memory.allocate(bytes);
    fill(block.memory(), version.name().hashCode());
    return new PackedAdapter(
        AdapterLayout.of(version.contentHash().orElseThrow(), 1, blocks, bytes), block);
  }

  private void fill(MemorySegment to, int seed) {
    Random random = new Random(seed);
    long unit = model.numbers().bytes();
    long at = 0;
    while (at < to.byteSize()) {
      long from = random.nextInt(TABLE / 2) * unit;
      long bytes = Math.min(table.byteSize() - from, to.byteSize() - at);
      MemorySegment.copy(table, from, to, at, bytes);
      at += bytes;
    }
  }
}
