package io.chameleon.adapter.catalogue;

import java.time.Duration;

/** How a thread waits; tests do not. */
@FunctionalInterface
public interface Pause {

  /** Waits. */
  void pause(Duration time) throws InterruptedException;
}
