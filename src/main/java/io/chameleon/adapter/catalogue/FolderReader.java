package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.EvenRanks;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.peft.AdapterDescription;
import io.chameleon.adapter.peft.AdapterDescriptions;
import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.adapter.peft.LoraUpdate;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes versions of folders: all is checked that names, links, settings and headers can tell. */
final class FolderReader {

  private final DeviceModel model;
  private final AdapterDescriptions descriptions;
  private final String baseModelId;
  private final Function<AdapterShape, Optional<String>> room;

  /**
   * @param model what adapters must fit
   * @param baseModelId a name no adapter may have
   * @param room why an adapter of this shape can never be held, or nothing
   */
  FolderReader(
      DeviceModel model, String baseModelId, Function<AdapterShape, Optional<String>> room) {
    this.model = model;
    this.descriptions = new AdapterDescriptions(model.config());
    this.baseModelId = baseModelId;
    this.room = room;
  }

  /**
   * Reads a folder.
   *
   * @param stamp of the folder, taken before
   * @throws InvalidAdapterException with the reason for which it is not served
   * @throws UncheckedIOException if it cannot be read this time
   */
  AdapterVersion read(AdapterFolder folder, FolderStamp stamp) {
    AdapterNames.check(folder.name(), baseModelId);
    try {
      folder.requireLinksInside();
    } catch (IOException e) {
      throw new UncheckedIOException("its links cannot be resolved: " + e, e);
    }
    AdapterSettings settings =
        stamp.settings().exists() ? SettingsFile.read(folder.path()) : AdapterSettings.NONE;
    AdapterShape shape = shape(descriptions.read(folder.path()));
    room.apply(shape)
        .ifPresent(reason -> {
          throw new InvalidAdapterException(reason);
        });
    return new AdapterVersion(folder.name(), folder.path(), shape, settings, stamp);
  }

  private AdapterShape shape(AdapterDescription description) {
    ModelConfig config = model.config();
    Map<ModuleGroup, Integer> rows = new EnumMap<>(ModuleGroup.class);
    EvenRanks even = new EvenRanks();
    long elements = 0;
    for (LoraUpdate update : description.updates()) {
      elements += (long) update.rank() * EvenRanks.sides(config, update.module());
      even.add(update.module(), update.rank());
      rows.merge(ModuleGroup.of(update.module()), update.rank(), Math::max);
    }
    long packed = model.evenAdapters() ? even.elements(config) : elements;
    return new AdapterShape(description.rank(), model.bytes(packed), rows);
  }
}
