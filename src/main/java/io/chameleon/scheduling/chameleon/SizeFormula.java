package io.chameleon.scheduling.chameleon;

/** How the size of a request is told. */
public enum SizeFormula {
  /** By tokens in, tokens out and the adapter's rank: the paper's weighted request size. */
  PRODUCT,
  /** By the predicted output alone: the paper's ablation OutputOnly. */
  OUTPUT_ONLY
}
