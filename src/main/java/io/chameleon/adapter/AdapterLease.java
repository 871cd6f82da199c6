package io.chameleon.adapter;

import io.chameleon.request.AdapterTier;

/** A loan of a resident adapter: while it is open, the adapter stays where it is. */
public interface AdapterLease extends AutoCloseable {

  /** What the engine needs to run rows with this adapter. */
  ResidentAdapter adapter();

  /** Where the adapter was when it was asked for. */
  AdapterTier foundIn();

  /** Gives the loan back; a second call does nothing. */
  @Override
  void close();
}
