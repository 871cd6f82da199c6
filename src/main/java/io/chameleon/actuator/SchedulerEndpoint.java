package io.chameleon.actuator;

import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.scheduling.SchedulerSnapshot;
import io.chameleon.serving.EngineStatus;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** The queues, the batch and the arena, as they were after the last pass of the engine thread. */
@Endpoint(id = "scheduler")
public class SchedulerEndpoint {

  private final String policy;

  private final int queueCapacity;

  private final Supplier<EngineStatus> status;

  /**
   * Makes the endpoint.
   *
   * @param policy name of the policy in force
   * @param queueCapacity most requests that wait
   * @param status the engine thread's latest
   */
  public SchedulerEndpoint(String policy, int queueCapacity, Supplier<EngineStatus> status) {
    this.policy = policy;
    this.queueCapacity = queueCapacity;
    this.status = status;
  }

  /** Describes the scheduler. */
  @ReadOperation
  public SchedulerDescriptor scheduler() {
    EngineStatus now = status.get();
    return new SchedulerDescriptor(
        policy,
        now.state().name(),
        now.waiting(),
        queueCapacity,
        now.failedStepsInARow(),
        now.fault(),
        now.scheduler(),
        now.arena());
  }

  /**
   * The scheduler as JSON.
   *
   * @param policy name of the policy in force
   * @param engine state of the engine thread
   * @param waiting requests in sinks and queues
   * @param queueCapacity most requests that wait, save those put back to make room
   * @param failedStepsInARow steps that have failed since one last succeeded
   * @param fault what is wrong, or null
   * @param lastPass counts after the last pass
   * @param arena who owned how many cells after the last pass
   */
  public record SchedulerDescriptor(
      String policy,
      String engine,
      int waiting,
      int queueCapacity,
      int failedStepsInARow,
      @Nullable String fault,
      SchedulerSnapshot lastPass,
      ArenaSnapshot arena) {}
}
