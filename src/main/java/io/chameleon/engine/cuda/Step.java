package io.chameleon.engine.cuda;

/**
 * A step to be run: a batch and how many rows it is filled up to.
 *
 * @param rows the batch's rows
 * @param filled rows that the kernels work on
 * @param wanted rows whose logits are made, filled up too
 */
record Step(StepRows rows, int filled, int wanted) {

  /** A step as it is. */
  static Step exactly(StepRows rows) {
    return new Step(rows, rows.rows(), rows.wanted());
  }
}
