package io.chameleon.serving;

import io.chameleon.engine.NextStep;

/**
 * What is known of the next step, for an engine that tells when the device works: then what the
 * step before gave is delivered.
 *
 * @param known what is known
 * @param deliveries that wait
 */
record DeliveringNextStep(NextStep known, Deliveries deliveries) implements NextStep {

  @Override
  public boolean isLast(int place) {
    return known.isLast(place);
  }

  @Override
  public boolean isDecode() {
    return known.isDecode();
  }

  @Override
  public void launched() {
    deliveries.makeAll();
  }
}
