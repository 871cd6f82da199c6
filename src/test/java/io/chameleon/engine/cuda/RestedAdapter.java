package io.chameleon.engine.cuda;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.adapter.EvenRanks;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An adapter of given ranks that lies somewhere in an arena. */
final class RestedAdapter implements AdapterPlace {

  private final int startCell;
  private final Map<LinearModule, Integer> ranks;
  private final Map<LinearModule, Long> offsets = new EnumMap<>(LinearModule.class);
  private final long layerElements;

  RestedAdapter(ModelConfig config, int startCell, Map<LinearModule, Integer> ranks) {
    this.startCell = startCell;
    this.ranks = new EnumMap<>(ranks);
    long offset = 0;
    for (Map.Entry<LinearModule, Integer> each : this.ranks.entrySet()) {
      offsets.put(each.getKey(), offset);
      offset += (long) each.getValue() * EvenRanks.sides(config, each.getKey());
    }
    this.layerElements = offset;
  }

  @Override
  public int startCell() {
    return startCell;
  }

  @Override
  public int rank(LinearModule module) {
    return ranks.getOrDefault(module, 0);
  }

  @Override
  public long offset(LinearModule module) {
    return offsets.getOrDefault(module, 0L);
  }

  @Override
  public long layerElements() {
    return layerElements;
  }

  /** It, as one that runs. */
  ResidentAdapter named(String name, float scaling) {
    return new ResidentAdapter(
        name, scaling, largest(ModuleGroup.ATTENTION), largest(ModuleGroup.MLP), this);
  }

  private @Nullable RowRange largest(ModuleGroup group) {
    int rank = group.modules().stream().mapToInt(this::rank).max().orElse(0);
    return rank == 0 ? null : new RowRange(0, rank);
  }
}
