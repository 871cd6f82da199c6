package io.chameleon.simulation.paper;

import io.chameleon.simulation.paper.PaperValues.Value;
import org.jspecify.annotations.Nullable;

/**
 * One number of the paper beside ours.
 *
 * @param cell which one
 * @param paper the paper's, or null where it has none
 * @param ours what the simulation gives
 * @param verdict how they agree
 * @param why what the verdict is for
 */
public record PaperRow(
    PaperCell cell, @Nullable Value paper, double ours, Verdict verdict, String why) {

  /** How a number agrees with the paper's. */
  public enum Verdict {
    /** Cuts within 15 percentage points, other values within 15 %. */
    REPRODUCED("reproduced"),
    /** Not so near, but as the paper's on the same side of all numbers beside it. */
    SAME_SHAPE("same shape"),
    /** Neither. */
    NOT("not"),
    /** The paper has no such number. */
    NO_PAPER("no number in the paper");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    /** As in reports. */
    public String text() {
      return text;
    }
  }
}
