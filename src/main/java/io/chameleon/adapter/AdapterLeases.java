package io.chameleon.adapter;

/** Where sequences get their adapters. For the engine thread alone. */
public interface AdapterLeases {

  /**
   * Pins the version that the name stands for now, and sees that it comes into host memory.
   *
   * @throws io.chameleon.request.UnknownModelException if there is none
   * @throws io.chameleon.request.AdapterRefusedException if it is not served
   */
  AdapterLease request(String adapter);

  /** Before each pass: takes over loads that have ended, and drops what no name stands for. */
  void beforePass();

  /** Before each step: starts loads that can go on beside it, and allows the moves of a step. */
  void beforeStep();
}
