package io.chameleon.engine.djl;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.pool.AdapterDevice;
import io.chameleon.adapter.pool.AdapterWindow;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.ModelDevice;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;
import java.util.function.Function;

/** The CPU with a model on it: the program, the weights and the arena, made once at start. */
public final class CpuDevice implements ModelDevice {

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
    DeviceModel model = DeviceModel.float32(checkpoint.config());
    int cells = model.cells(arenaBytes);
    if (cells < 1) {
      throw new IllegalArgumentException(
          "%d bytes of memory for KV and adapters; a single token takes %d"
              .formatted(arenaBytes, model.cellBytes()));
    }
    return new CpuDevice(checkpoint, threads, cells);
  }

  @Override
  public int cells() {
    return cells;
  }

  @Override
  public long weightBytes() {
    return weights.bytes();
  }

  @Override
  public AdapterDevice arena() {
    return arena;
  }

  @Override
  public InferenceEngine engine(Function<ModuleGroup, AdapterWindow> windows) {
    return new TorchScriptEngine(this, windows);
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
