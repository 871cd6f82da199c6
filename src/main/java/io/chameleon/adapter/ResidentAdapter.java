package io.chameleon.adapter;

import org.jspecify.annotations.Nullable;

/**
 * An adapter that runs: where its rows stand in the windows, or, on a device that needs none, where
 * it lies. The rows stay where they are while a lease is open; windows and cells may move between
 * steps.
 *
 * @param name the name under which requests ask for it
 * @param scaling by which its update is multiplied
 * @param attention its rows in the attention window, or null if it has no such module
 * @param mlp its rows in the MLP window, or null if it has no such module
 * @param place where it lies if it runs there; its rows then are its ranks, from 0, in no window
 */
public record ResidentAdapter(
    String name,
    float scaling,
    @Nullable RowRange attention,
    @Nullable RowRange mlp,
    @Nullable AdapterPlace place) {

  /** One whose rows stand in the windows. */
  public ResidentAdapter(
      String name, float scaling, @Nullable RowRange attention, @Nullable RowRange mlp) {
    this(name, scaling, attention, mlp, null);
  }

  /** Where it lies; only if it runs there. */
  public AdapterPlace requirePlace() {
    if (place == null) {
      throw new IllegalStateException("adapter %s runs in windows".formatted(name));
    }
    return place;
  }

  /** Its rows in the window of a group, or null if it has no module of the group. */
  public @Nullable RowRange rows(ModuleGroup group) {
    return switch (group) {
      case ATTENTION -> attention;
      case MLP -> mlp;
    };
  }
}
