package io.chameleon.adapter;

import java.util.Optional;

/** Lends resident adapters to running sequences. For the engine thread alone. */
public interface AdapterLeases {

  /**
   * Lends the adapter, made resident if it was not, or nothing if there is no room for it now: try
   * again when a sequence has ended.
   *
   * @throws io.chameleon.request.AdapterRefusedException if it can never be made resident
   */
  Optional<AdapterLease> tryAcquire(String adapter);
}
