package io.chameleon.memory;

/** What a run of arena cells is used for. */
public enum CellUse {
  /** Keys and values of a sequence. */
  KV,
  /** An adapter at rest. */
  ADAPTER,
  /** The rows of running adapters, side by side. */
  WINDOW
}
