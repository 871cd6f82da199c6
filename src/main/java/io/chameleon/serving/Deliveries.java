package io.chameleon.serving;

import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine thread's work gives to streams, put off until the device works on the next step:
 * to give a token away takes longer than to note it, and while the device has nothing to do nobody
 * gets the next one. In the order in which it was given. For the engine thread alone.
 */
final class Deliveries {

  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

  private static final ScopedValue<Deliveries> OPEN = ScopedValue.newInstance();

  private final Queue<Runnable> waiting = new ArrayDeque<>();

  /** Does some work; what it delivers waits for {@link #makeAll}. */
  void collect(Runnable work) {
    ScopedValue.where(OPEN, this).run(work);
  }

  /** Makes a delivery, later if this thread {@linkplain #collect collects} them. */
  static void deliver(Runnable delivery) {
    if (OPEN.isBound()) {
      OPEN.get().waiting.add(delivery);
    } else {
      delivery.run();
    }
  }

  /** Makes those that wait. One that throws is nobody else's matter. */
  void makeAll() {
    if (!waiting.isEmpty()) {
      Handover.together(() -> {
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
          make(next);
        }
      });
    }
  }

  private static void make(Runnable delivery) {
    try {
      delivery.run();
    } catch (Throwable e) {
      log.error("Something could not be delivered to a stream", e);
    }
  }
}
