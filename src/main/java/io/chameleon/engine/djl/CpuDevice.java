package io.chameleon.engine.djl;

import io.chameleon.adapter.pool.AdapterDevice;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;

/** The CPU with a model on it: the program, the weights and the arena, made once at start. */
public final class CpuDevice implements AutoCloseable {

  private final ModelConfig config;
  private final TorchProgram program;
  private final DeviceWeights weights;
  private final ArenaTensor arena;
  private final int cells;

  private CpuDevice(Checkpoint checkpoint, int threads, int cells) {
    this.config = checkpoint.config();
    this.program = TorchProgram.load("cpu_decoder.py", "Decoder", threads);
    TorchProgram.prepareThread();
    this.weights = new DeviceWeights(program, checkpoint);
    this.arena = new ArenaTensor(program, config, cells);
    this.cells = cells;
  }

  /**
   * Loads the program and the weights and takes the arena.
   *
   * @param checkpoint may be closed afterwards
   * @param threads threads of one operation, at least 1
   * @param arenaBytes size of the arena, rounded down to whole cells
   */
  public static CpuDevice open(Checkpoint checkpoint, int threads, long arenaBytes) {
    int cells = cells(checkpoint.config(), arenaBytes);
    if (cells < 1) {
      throw new IllegalArgumentException(
          "%d bytes of memory for KV and adapters; a single token takes %d"
              .formatted(arenaBytes, cellBytes(checkpoint.config())));
    }
    return new CpuDevice(checkpoint, threads, cells);
  }

  /** Cells of an arena of so many bytes. */
  public static int cells(ModelConfig config, long arenaBytes) {
    return (int) Math.min(arenaBytes / cellBytes(config), Integer.MAX_VALUE);
  }

  /** Elements of the KV of one token. */
  public static int cellElements(ModelConfig config) {
    return ArenaTensor.elementsOfCell(config);
  }

  /** Bytes of the KV of one token. */
  public static long cellBytes(ModelConfig config) {
    return (long) ArenaTensor.elementsOfCell(config) * Float.BYTES;
  }

  /** Cells of the arena. */
  public int cells() {
    return cells;
  }

  /** Bytes of weights that a decode step reads. */
  public long weightBytes() {
    return weights.bytes();
  }

  /** The arena, for the pool and for moves of KV. */
  public AdapterDevice arena() {
    return arena;
  }

  ModelConfig config() {
    return config;
  }

  TorchProgram program() {
    return program;
  }

  DeviceWeights weights() {
    return weights;
  }

  ArenaTensor arenaTensor() {
    return arena;
  }

  @Override
  public void close() {
    arena.close();
    weights.close();
    program.close();
  }
}
