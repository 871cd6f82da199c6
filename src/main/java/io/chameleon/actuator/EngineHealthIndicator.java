package io.chameleon.actuator;

import io.chameleon.serving.EngineStatus;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The engine's health: down if its thread has died, if steps fail one after the other, or if its
 * accounts do not balance; out of service while it starts or stops.
 */
public class EngineHealthIndicator extends AbstractHealthIndicator {

  /** With this many failed steps in a row it is not the requests that are at fault. */
  static final int FAILED_STEPS_TO_BE_DOWN = 3;

  private final Supplier<EngineStatus> status;

  /** Makes the indicator over the engine thread's latest. */
  public EngineHealthIndicator(Supplier<EngineStatus> status) {
    super("The engine's status could not be read");
    this.status = status;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    EngineStatus now = status.get();
    switch (now.state()) {
      case STARTING, STOPPING, STOPPED -> builder.outOfService();
      case FAILED -> builder.down();
      case READY -> {
        if (now.fault() != null || now.failedStepsInARow() >= FAILED_STEPS_TO_BE_DOWN) {
          builder.down();
        } else {
          builder.up();
        }
      }
    }
    describe(builder, now);
  }

  private static void describe(Health.Builder builder, EngineStatus now) {
    builder
        .withDetail("state", now.state().name())
        .withDetail("failedStepsInARow", now.failedStepsInARow())
        .withDetail("running", now.scheduler().running())
        .withDetail("waiting", now.waiting());
    String fault = now.fault();
    if (fault != null) {
      builder.withDetail("fault", fault);
    }
  }
}
