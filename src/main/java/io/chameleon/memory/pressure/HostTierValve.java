package io.chameleon.memory.pressure;

import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Sets the host tier's maximum after each sample, by the signals about host memory. */
public final class HostTierValve implements Consumer<PressureSnapshot> {

  private final HostTierSizer sizer;

  private final HostTierGauge tier;

  private final LongSupplier headroomBytes;

  private final LongConsumer setMaximum;

  /**
   * Makes the valve.
   *
   * @param sizer decides
   * @param tier is asked how full it is
   * @param headroomBytes available host memory less what is to stay free; may be negative
   * @param setMaximum is told the next maximum in bytes, when it changes, on the monitor's thread
   */
  public HostTierValve(
      HostTierSizer sizer,
      HostTierGauge tier,
      LongSupplier headroomBytes,
      LongConsumer setMaximum) {
    this.sizer = sizer;
    this.tier = tier;
    this.headroomBytes = headroomBytes;
    this.setMaximum = setMaximum;
  }

  @Override
  public void accept(PressureSnapshot snapshot) {
    long maximum = tier.maximumBytes().getAsLong();
    long next =
        sizer.next(
            snapshot.level(PressureScope.HOST),
            maximum,
            tier.weightBytes().getAsLong(),
            headroomBytes.getAsLong());
    if (next != maximum) {
      setMaximum.accept(next);
    }
  }
}
