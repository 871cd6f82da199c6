package io.chameleon.bench;

/** How long is measured. */
enum Effort {
  /** Enough for the numbers to be quoted. */
  FULL(15, 4, 30, 2048, 1L << 30, 7, 60),
  /** Enough to see that everything runs. */
  QUICK(2, 1, 2, 512, 1L << 26, 2, 8);

  /** Times that all cases of a group take their turn. */
  final int rounds;

  /** Timed runs of a short case in its turn. */
  final int repeats;

  /** Untimed runs before a group, of each case. */
  final int warmUps;

  /** Rows and columns of the matrices whose product is timed. */
  final int matrixSize;

  /** Bytes of the buffer that is far larger than caches. */
  final long bufferBytes;

  /** Stretches of steps over which the streams are watched. */
  final int windows;

  /** Steps of such a stretch. */
  final int windowSteps;

  Effort(
      int rounds,
      int repeats,
      int warmUps,
      int matrixSize,
      long bufferBytes,
      int windows,
      int windowSteps) {
    this.rounds = rounds;
    this.repeats = repeats;
    this.warmUps = warmUps;
    this.matrixSize = matrixSize;
    this.bufferBytes = bufferBytes;
    this.windows = windows;
    this.windowSteps = windowSteps;
  }
}
