package io.chameleon.scheduling.chameleon;

/** Whether size classes follow the traffic. */
public enum QueueKind {
  /** Classes and quotas are found anew at each refresh, as the paper does. */
  DYNAMIC,
  /** A fixed number of classes of equal size ranges and equal quotas: the paper's Static. */
  STATIC
}
