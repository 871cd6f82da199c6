package io.chameleon.scheduling;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.request.AdapterTier;

/** The lease of an adapter that is in device memory for good, or for good is not. */
final class FixedLease implements AdapterLease {

  private final boolean resident;

  private int prefetches;

  FixedLease(boolean resident) {
    this.resident = resident;
  }

  /** How often its adapter was asked for ahead of time. */
  int prefetches() {
    return prefetches;
  }

  @Override
  public boolean isResident() {
    return resident;
  }

  @Override
  public void prefetch() {
    prefetches++;
  }

  @Override
  public Loan tryLend(int cellsBeside) {
    return resident ? Loan.LENT : Loan.LOADING;
  }

  @Override
  public ResidentAdapter adapter() {
    throw new IllegalStateException("nothing runs with this lease");
  }

  @Override
  public boolean pins(Object version) {
    return false;
  }

  @Override
  public boolean isLent() {
    return false;
  }

  @Override
  public AdapterTier foundIn() {
    return AdapterTier.HOST;
  }

  @Override
  public void giveBack() {
    throw new IllegalStateException("this lease is never lent");
  }

  @Override
  public void takeBack() {
    giveBack();
  }

  @Override
  public void close() {}
}
