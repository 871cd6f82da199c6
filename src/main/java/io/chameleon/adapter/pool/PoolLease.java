package io.chameleon.adapter.pool;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.request.AdapterTier;
import org.jspecify.annotations.Nullable;

/**
 * A lease of the pool. While it waits it stands in the pool's list of those who wait, to which its
 * links belong.
 */
final class PoolLease implements AdapterLease {

  /** Where it is in its life. */
  enum State {
    WAITING,
    LENT,
    CLOSED
  }

  private final AdapterPool pool;
  private VersionUse use;
  private final AdapterTier foundIn;
  private State state = State.WAITING;
  private boolean counted;
  private boolean hasBeenLent;
  private boolean hadBeenLent;
  private boolean missing;
  private long missingSince;
  private @Nullable Resident resident;
  @Nullable PoolLease before;
  @Nullable PoolLease behind;

  PoolLease(AdapterPool pool, VersionUse use, AdapterTier foundIn) {
    this.pool = pool;
    this.use = use;
    this.foundIn = foundIn;
  }

  VersionUse use() {
    return use;
  }

  /** Whether a sequence has begun with this version, and so must end with it. */
  boolean hasBeenLent() {
    return hasBeenLent;
  }

  /** Pins another version instead; only before it was ever lent, and while it is in no list. */
  void rebind(VersionUse other) {
    use = other;
    counted = false;
  }

  /** Whether it waits for its adapter to be loaded. */
  boolean isMissing() {
    return missing;
  }

  void missingSince(long nanos) {
    missing = true;
    missingSince = nanos;
  }

  /** How long it has waited for its adapter; it does no more. */
  long takeMissing(long nowNanos) {
    missing = false;
    return nowNanos - missingSince;
  }

  /** The adapter that is lent. */
  Resident resident() {
    if (state != State.LENT || resident == null) {
      throw new IllegalStateException("%s is not lent but %s".formatted(use.version(), state));
    }
    return resident;
  }

  /** Whether the policy has been told of the request; it is from now on. */
  boolean takeCounted() {
    boolean before = counted;
    counted = true;
    return before;
  }

  @Override
  public Loan tryLend(int cellsBeside) {
    return tryLend(cellsBeside, false);
  }

  @Override
  public Loan tryLend(int cellsBeside, boolean runsAlone) {
    if (state != State.WAITING) {
      throw new IllegalStateException("%s cannot be lent while %s".formatted(use.version(), state));
    }
    Loan loan = pool.tryLend(this, cellsBeside, runsAlone);
    if (loan == Loan.LOADING && !isMissing()) {
      pool.missing(this);
    }
    return loan;
  }

  void lent(Resident lent) {
    resident = lent;
    state = State.LENT;
    hadBeenLent = hasBeenLent;
    hasBeenLent = true;
  }

  @Override
  public ResidentAdapter adapter() {
    return resident().rows();
  }

  @Override
  public boolean pins(Object version) {
    return use.version() == version;
  }

  @Override
  public boolean isLent() {
    return state == State.LENT;
  }

  @Override
  public boolean isResident() {
    Resident found = use.resident();
    return found != null && found.state() != Resident.State.UPLOADING;
  }

  @Override
  public void prefetch() {
    pool.prefetch(use);
  }

  @Override
  public AdapterTier foundIn() {
    return foundIn;
  }

  @Override
  public void giveBack() {
    pool.givenBack(this, endLoan());
  }

  @Override
  public void takeBack() {
    Resident unused = endLoan();
    hasBeenLent = hadBeenLent;
    pool.takenBack(this, unused);
  }

  private Resident endLoan() {
    Resident lent = resident();
    state = State.WAITING;
    resident = null;
    return lent;
  }

  @Override
  public void close() {
    if (state != State.CLOSED) {
      Resident lent = state == State.LENT ? resident : null;
      state = State.CLOSED;
      resident = null;
      pool.closed(this, lent);
    }
  }
}
