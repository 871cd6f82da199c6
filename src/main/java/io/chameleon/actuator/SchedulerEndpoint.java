package io.chameleon.actuator;

import io.chameleon.admission.AdmissionController;
import io.chameleon.admission.SizeClass;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.scheduling.ClassQuota;
import io.chameleon.scheduling.SchedulerSnapshot;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.SchedulingSnapshot;
import io.chameleon.scheduling.SchedulingSnapshot.ClassState;
import io.chameleon.serving.EngineStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * The size classes, the queues, the batch and the arena, as they were after the last pass of the
 * engine thread; the classes as they were after one of the last tenth of a second.
 */
@Endpoint(id = "scheduler")
public class SchedulerEndpoint {

  private static final double NANOS_PER_MILLISECOND = 1e6;

  private static final double MILLISECONDS_PER_SECOND = 1e3;

  private final String policy;

  private final SchedulingLimits limits;

  private final int queueCapacity;

  private final Supplier<EngineStatus> status;

  private final Supplier<SchedulingSnapshot> classes;

  private final AdmissionController admission;

  /**
   * Makes the endpoint.
   *
   * @param policy name of the policy in force
   * @param limits of a step
   * @param queueCapacity most requests that wait
   * @param status the engine thread's latest
   * @param classes the size classes, as the engine thread published them last
   * @param admission knows how long requests would wait, and how long they may
   */
  public SchedulerEndpoint(
      String policy,
      SchedulingLimits limits,
      int queueCapacity,
      Supplier<EngineStatus> status,
      Supplier<SchedulingSnapshot> classes,
      AdmissionController admission) {
    this.policy = policy;
    this.limits = limits;
    this.queueCapacity = queueCapacity;
    this.status = status;
    this.classes = classes;
    this.admission = admission;
  }

  /** Describes the scheduler. */
  @ReadOperation
  public SchedulerDescriptor scheduler() {
    EngineStatus now = status.get();
    SchedulingSnapshot latest = classes.get();
    return new SchedulerDescriptor(
        policy,
        limits,
        now.state().name(),
        now.waiting(),
        queueCapacity,
        latest.classes().stream().map(this::describe).toList(),
        new TreeMap<>(latest.counts()),
        now.failedStepsInARow(),
        now.fault(),
        now.scheduler(),
        now.arena());
  }

  private ClassDescriptor describe(ClassState state) {
    SizeClass sizeClass = state.sizeClass();
    long maxWait = admission.maxWaitNanos(sizeClass);
    double wait = admission.expectedWaitSeconds(sizeClass.index());
    return new ClassDescriptor(
        sizeClass.index(),
        sizeClass.name(),
        sizeClass.from(),
        Double.isInfinite(sizeClass.below()) ? null : sizeClass.below(),
        state.waiting(),
        state.waitingTokens(),
        Double.isNaN(wait) ? null : wait * MILLISECONDS_PER_SECOND,
        maxWait == Long.MAX_VALUE ? null : maxWait / NANOS_PER_MILLISECOND,
        state.quota());
  }

  /**
   * The scheduler as JSON.
   *
   * @param policy name of the policy in force
   * @param limits how large a step may be, by the properties or else as suits the device
   * @param engine state of the engine thread
   * @param waiting requests in sinks and queues
   * @param queueCapacity most requests that wait, save those put back to make room
   * @param classes the size classes, smallest first
   * @param counts what the policy has done since the start
   * @param failedStepsInARow steps that have failed since one last succeeded
   * @param fault what is wrong, or null
   * @param lastPass counts after the last pass
   * @param arena who owned how many cells after the last pass
   */
  public record SchedulerDescriptor(
      String policy,
      SchedulingLimits limits,
      String engine,
      int waiting,
      int queueCapacity,
      List<ClassDescriptor> classes,
      Map<String, Long> counts,
      int failedStepsInARow,
      @Nullable String fault,
      SchedulerSnapshot lastPass,
      ArenaSnapshot arena) {}

  /**
   * A size class as JSON.
   *
   * @param index from 0 for the smallest requests
   * @param name for people
   * @param from least size of its requests, on the policy's scale
   * @param below size from which on a request is no more of it, or null for the largest
   * @param waiting requests in its queue
   * @param waitingTokens their estimated size
   * @param expectedWaitMs how long a request would wait that came now; null if the class has just
   *     gone
   * @param maxWaitMs who is expected to wait longer is refused; null for no bound
   * @param quota what of its quota is held, or null if the policy has no quotas
   */
  public record ClassDescriptor(
      int index,
      String name,
      double from,
      @Nullable Double below,
      int waiting,
      long waitingTokens,
      @Nullable Double expectedWaitMs,
      @Nullable Double maxWaitMs,
      @Nullable ClassQuota quota) {}
}
