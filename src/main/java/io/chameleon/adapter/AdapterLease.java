package io.chameleon.adapter;

import io.chameleon.request.AdapterTier;

/**
 * What one sequence has of an adapter, from its arrival to its end. It pins the adapter's version:
 * whatever becomes of the name, a sequence ends on the weights it started with. While it is lent,
 * the adapter is in device memory and stays there. For the engine thread alone.
 */
public interface AdapterLease extends AutoCloseable {

  /** What came of an attempt to lend. */
  enum Loan {
    /** It is lent. */
    LENT,
    /** It is being loaded; others may go first. */
    LOADING,
    /** Running sequences hold the memory that it needs. */
    NO_ROOM
  }

  /**
   * Lends the adapter if it can be done now.
   *
   * @param cellsBeside KV cells that must be to be had beside it; without them nothing is lent, and
   *     nobody gives way in vain
   * @throws RuntimeException if it can never be lent, with a message for the client
   */
  Loan tryLend(int cellsBeside);

  /**
   * The same for a sequence that may run alone.
   *
   * @param runsAlone whether nobody else runs, so that nobody else waits for what its first step
   *     waits for
   */
  default Loan tryLend(int cellsBeside, boolean runsAlone) {
    return tryLend(cellsBeside);
  }

  /** What the engine needs to run rows with this adapter; only while lent. */
  ResidentAdapter adapter();

  /** Whether it is this version that is pinned: the very same object. */
  boolean pins(Object version);

  /** Whether it is lent now. */
  boolean isLent();

  /** Whether the adapter is in device memory, so that lending it needs no load. */
  boolean isResident();

  /** Has it brought into device memory if it is not there and cells are free; nobody leaves. */
  void prefetch();

  /** Where the adapter was when it was first asked for. */
  AdapterTier foundIn();

  /** The loan ends; the version stays pinned, to be lent again. Only while lent. */
  void giveBack();

  /**
   * The loan has come to nothing: its sequence could not start for another reason. It does not
   * count as one that has begun, so the version is pinned as it was before, and the adapter is not
   * dropped for having been used. Only while lent, and before a step has been made with it.
   */
  void takeBack();

  /** Ends everything; a second call does nothing. */
  @Override
  void close();
}
