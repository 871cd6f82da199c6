package io.chameleon.adapter.catalogue;

import java.util.Collection;

/** Which versions names stand for, as of one look. Immutable; a change makes a new object. */
public interface Versions {

  /**
   * The version that a name stands for.
   *
   * @throws io.chameleon.request.UnknownModelException if there is none
   * @throws io.chameleon.request.AdapterRefusedException if it is not served
   */
  AdapterVersion require(String name);

  /** All versions that a name stands for, each once. */
  Collection<AdapterVersion> versions();
}
