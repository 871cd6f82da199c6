package io.chameleon.adapter.host;

import io.chameleon.request.UnknownModelException;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The adapters in host memory, checked and packed, ready to be copied to the device. */
public final class HostAdapters {

  private final Map<String, PackedAdapter> byName;

  public HostAdapters(Collection<PackedAdapter> adapters) {
    this.byName =
        adapters.stream().collect(Collectors.toMap(PackedAdapter::name, Function.identity()));
  }

  /**
   * The packed adapter of this name.
   *
   * @throws UnknownModelException if there is none
   */
  public PackedAdapter require(String name) {
    PackedAdapter adapter = byName.get(name);
    if (adapter == null) {
      throw new UnknownModelException(name);
    }
    return adapter;
  }

  /** All of them, in no order. */
  public Collection<PackedAdapter> all() {
    return byName.values();
  }
}
