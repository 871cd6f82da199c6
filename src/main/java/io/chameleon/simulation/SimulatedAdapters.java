package io.chameleon.simulation;

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
import io.chameleon.admission.AdapterFootprint;
import io.chameleon.admission.AdapterSizes;
import io.chameleon.model.LinearModule;
import io.chameleon.request.UnknownModelException;
import io.chameleon.workload.AdapterMix;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adapters that have a size and no numbers; those of a mix, which never change. */
final class SimulatedAdapters implements Versions, VersionRegistry, AdapterSource, AdapterSizes {

  private static final HostBlock NO_NUMBERS =
      new HostBlock(MemorySegment.ofArray(new float[1]), () -> {});

  private final SimulatedModel model;

  private final AdapterMix mix;

  private final Map<String, AdapterVersion> byName = new LinkedHashMap<>();

  SimulatedAdapters(SimulatedModel model, AdapterMix mix) {
    this.model = model;
    this.mix = mix;
    for (int number = 0; number < mix.size(); number++) {
      AdapterVersion version = version(number);
      byName.put(version.name(), version);
    }
  }

  /** The name of an adapter of the mix; they sort as their numbers do. */
  static String name(int number) {
    return "adapter-%06d".formatted(number);
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
    return byName.get(version.name()) == version;
  }

  @Override
  public void refuse(AdapterVersion version, String reason) {
    throw new IllegalStateException("%s is refused: %s".formatted(version, reason));
  }

  @Override
  public PackedAdapter read(AdapterVersion version) {
    AdapterShape shape = version.shape();
    LinearModule any = model.adapterModules().iterator().next();
    AdapterLayout layout =
        new AdapterLayout(
            version.contentHash().orElseThrow(),
            1,
            List.of(new AdapterLayout.Block(0, any, shape.rank(), 0)),
            shape.packedBytes(),
            shape.windowRows());
    return new PackedAdapter(layout, NO_NUMBERS);
  }

  @Override
  public AdapterFootprint of(@Nullable String adapter) {
    if (adapter == null) {
      return AdapterFootprint.NONE;
    }
    int rank = require(adapter).shape().rank();
    long cells = Math.ceilDiv(model.adapterElements(rank), (long) model.cellElements());
    return new AdapterFootprint(rank, Math.toIntExact(cells));
  }

  private AdapterVersion version(int number) {
    String name = name(number);
    AdapterVersion version =
        new AdapterVersion(name, Path.of(name), shape(mix.rank(number)), AdapterSettings.NONE);
    version.identify(name);
    return version;
  }

  /** The pool counts four bytes an element, for adapters and for cells alike. */
  private AdapterShape shape(int rank) {
    Map<ModuleGroup, Integer> rows = new EnumMap<>(ModuleGroup.class);
    for (ModuleGroup group : ModuleGroup.values()) {
      if (model.touches(group)) {
        rows.put(group, rank);
      }
    }
    return new AdapterShape(rank, model.adapterElements(rank) * Float.BYTES, rows);
  }
}
