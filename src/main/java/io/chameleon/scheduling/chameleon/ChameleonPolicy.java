package io.chameleon.scheduling.chameleon;

import io.chameleon.scheduling.BatchAdmission;
import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.ScheduledBatch;
import io.chameleon.scheduling.SchedulingPolicy;
import io.chameleon.scheduling.Sequence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Chameleon paper's scheduler (section 4.3): size classes found anew every T_refresh, a queue
 * and a quota of tokens for each, Algorithm 1, bypass and squash. Until the first refresh with
 * enough samples there is one class, with all tokens.
 *
 * <p>Who is squashed goes to the front of its queue, but behind the head that it has given way to,
 * and waits while the head's adapter is being loaded.
 */
public final class ChameleonPolicy implements SchedulingPolicy {

  /** Of the newest step in the mean time of a token; the paper does not give its predictor. */
  private static final double NEWEST = 0.1;

  private final ChameleonPolicyProperties properties;

  private final SizeWindow sizes;

  private final TrafficHistory history;

  private final ClassQueues queues;

  private final QuotaLedger ledger = new QuotaLedger(0);

  private final TwoPhaseBatch<Sequence> former = new TwoPhaseBatch<>(ledger);

  private final RunningHolds holds = new RunningHolds(ledger);

  private final PassedHeads heads;

  /** Those that have ended in the step being made, whose end has no time yet. */
  private final List<Ended> ended = new ArrayList<>();

  private boolean hasQuotas;

  private long refreshedNanos;

  private long passNanos;

  private int stepsSinceLook;

  private double secondsPerToken;

  private ChameleonCounts counts = new ChameleonCounts(0, 0, 0, 0);

  /**
   * A policy with empty queues.
   *
   * @param fairness who goes first in a class
   */
  public ChameleonPolicy(ChameleonPolicyProperties properties, FairnessProperties fairness) {
    this.properties = properties;
    this.sizes = properties.sizeWindow();
    this.history = new TrafficHistory(properties.refresh());
    this.queues = new ClassQueues(properties.requestSize(), fairness);
    this.heads = new PassedHeads(properties.bypassRule(), holds);
  }

  @Override
  public void enqueue(Sequence arrived) {
    queues.lineOf(arrived).addLast(arrived);
    double size = queues.sizeOf(arrived);
    sizes.add(size, arrived.arrivalNanos());
    history.arrived(size, arrived.size().footprint(), arrived.arrivalNanos());
  }

  @Override
  public void requeue(Sequence stopped) {
    queues.lineOf(stopped).addFirst(stopped);
    Sequence head = heads.headBefore(stopped);
    if (head != null) {
      SequenceLine line = queues.lineOf(head);
      line.remove(head);
      line.addFirst(head);
    }
  }

  @Override
  public void remove(Sequence waiting) {
    queues.lineOf(waiting).remove(waiting);
    heads.left(waiting);
  }

  @Override
  public Collection<Sequence> waiting() {
    return queues.waiting();
  }

  @Override
  public void reconsider(BatchAdmission batch) {
    passNanos = batch.nowNanos();
    if (!hasQuotas) {
      begin(batch.capacityCells());
    } else if (passNanos - refreshedNanos >= properties.refresh().toNanos()) {
      refresh(batch.capacityCells());
    }
    for (Sequence squashed : heads.squashed(batch)) {
      counts = counts.squashed();
      batch.putBack(squashed);
    }
  }

  @Override
  public void admit(BatchAdmission batch) {
    int period = properties.admissionPeriod();
    if (period == 1 || stepsSinceLook >= period || batch.running().isEmpty()) {
      stepsSinceLook = 0;
      heads.beginPass();
      former.form(queues.lines(), new Starts(batch));
    }
  }

  @Override
  public void stopped(Sequence sequence) {
    Long startNanos = holds.stopped(sequence);
    heads.stopped(sequence);
    if (startNanos != null && sequence.hasEnded()) {
      ended.add(new Ended(queues.sizeOf(sequence), startNanos));
    }
  }

  @Override
  public void stepped(ScheduledBatch step, long nanos) {
    if (step.shape().decodeRows() > 0) {
      stepsSinceLook++;
    }
    double seconds = nanos / 1e9;
    secondsPerToken =
        secondsPerToken == 0 ? seconds : secondsPerToken + NEWEST * (seconds - secondsPerToken);
    long now = passNanos + nanos;
    for (Ended run : ended) {
      history.ended(run.size(), now - run.startNanos(), now);
    }
    ended.clear();
    step.sequences().forEach(holds::grew);
  }

  /** What it has done so far. */
  public ChameleonCounts counts() {
    return counts;
  }

  /** How many classes there are. */
  public int classes() {
    return queues.cutOffs().classes();
  }

  /** What has become of a class's quota; classes from 0 for the smallest requests. */
  ClassUsage usage(int sizeClass) {
    return ledger.usage(sizeClass);
  }

  /**
   * Checks that what is held of the quotas is what running sequences hold, and that all who wait do
   * so in the queues of their classes.
   *
   * @param running how many run
   * @throws IllegalStateException naming what does not hold
   */
  void checkIntegrity(int running) {
    ledger.checkIntegrity();
    if (ledger.running() != running || holds.size() != running) {
      throw new IllegalStateException(
          "%d run; %d hold tokens, %d are known"
              .formatted(running, ledger.running(), holds.size()));
    }
    for (Sequence sequence : queues.waiting()) {
      if (!queues.lineOf(sequence).view().contains(sequence)) {
        throw new IllegalStateException(
            "sequence %s waits in the wrong class".formatted(sequence.request().id()));
      }
    }
    holds.requireClasses(queues::classOf);
  }

  private void begin(int totalTokens) {
    hasQuotas = true;
    refreshedNanos = passNanos;
    if (properties.queues() == QueueKind.STATIC) {
      queues.rebin(properties.staticCutOffs());
    }
    reconfigure(QuotaFormula.equal(classes(), totalTokens));
  }

  private void refresh(int totalTokens) {
    refreshedNanos = passNanos;
    if (properties.queues() == QueueKind.STATIC || !sizes.isEnough(passNanos)) {
      return;
    }
    queues.rebin(properties.dynamicCutOffs(sizes.sorted(passNanos)));
    List<QueueDemand> demands = history.demands(queues.cutOffs(), passNanos);
    reconfigure(properties.quotaFormula().quotas(demands, totalTokens));
    counts = counts.refreshed();
  }

  private void reconfigure(long... quotas) {
    holds.reconfigure(queues::classOf, quotas);
  }

  /** A sequence that has ended: its size, and when it started. */
  private record Ended(double size, long startNanos) {}

  /** Starts those whom a pass chooses. */
  private final class Starts implements BatchStarts<Sequence> {

    private final BatchAdmission batch;

    private @Nullable Sequence passedHead;

    Starts(BatchAdmission batch) {
      this.batch = batch;
    }

    @Override
    public long need(Sequence waiting) {
      return holds.need(waiting);
    }

    @Override
    public StartAttempt start(Sequence waiting) {
      if (!batch.hasPlace()) {
        return StartAttempt.FULL;
      }
      if (heads.mustWait(waiting)) {
        return StartAttempt.LOADING;
      }
      return switch (batch.start(waiting)) {
        case STARTED -> left(waiting, StartAttempt.STARTED);
        case REFUSED -> left(waiting, StartAttempt.REFUSED);
        case LOADING -> {
          heads.isLoading(waiting);
          yield StartAttempt.LOADING;
        }
        case NO_ROOM -> StartAttempt.NO_ROOM;
      };
    }

    @Override
    public void started(Sequence started, QuotaHold hold) {
      holds.started(started, hold, batch.nowNanos());
      counts = counts.started();
      if (passedHead != null) {
        heads.passed(passedHead, started);
        counts = counts.bypassed();
        passedHead = null;
      }
    }

    @Override
    public @Nullable Sequence bypass(Sequence head, long tokens) {
      Collection<Sequence> line = queues.lineOf(head).view();
      Sequence younger = heads.choose(head, line, tokens, batch, secondsPerToken);
      passedHead = younger == null ? null : head;
      return younger;
    }

    private StartAttempt left(Sequence sequence, StartAttempt outcome) {
      queues.lineOf(sequence).remove(sequence);
      heads.left(sequence);
      return outcome;
    }
  }
}
