package io.chameleon.adapter;

import org.jspecify.annotations.Nullable;

/**
 * An adapter that runs: where its rows stand in the windows. The rows stay where they are while a
 * lease is open; the windows themselves may move between steps.
 *
 * @param name the name under which requests ask for it
 * @param scaling by which its update is multiplied
 * @param attention its rows in the attention window, or null if it has no such module
 * @param mlp its rows in the MLP window, or null if it has no such module
 */
public record ResidentAdapter(
    String name, float scaling, @Nullable RowRange attention, @Nullable RowRange mlp) {

  /** Its rows in the window of a group, or null if it has no module of the group. */
  public @Nullable RowRange rows(ModuleGroup group) {
    return switch (group) {
      case ATTENTION -> attention;
      case MLP -> mlp;
    };
  }
}
