package io.chameleon.engine.djl;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.pool.AdapterWindow;
import io.chameleon.engine.Batch;
import io.chameleon.engine.EngineStepException;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.sampling.SamplingException;
import io.chameleon.model.ModelConfig;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The step on the CPU: a TorchScript program on libtorch, called once a step. The thread that makes
 * it runs all its steps.
 */
public final class TorchScriptEngine implements InferenceEngine {

  private final CpuDevice device;
  private final ModelConfig config;
  private final TorchProgram program;
  private final WindowPlaces places;

  /** Arguments that never change: a list of weights takes longer to build than a call to make. */
  private final IValue globals;

  private final IValue layers;
  private final IValue kv;
  private final IValue flat;
  private final IValue flags;

  private float[] logits = new float[0];

  /**
   * @param device where the model lies; closed with the engine
   * @param windows where the rows of running adapters stand
   */
  public TorchScriptEngine(CpuDevice device, Function<ModuleGroup, AdapterWindow> windows) {
    this.device = device;
    this.config = device.config();
    this.program = device.program();
    this.places = new WindowPlaces(windows, device.arena().cellElements());
    this.globals = device.weights().globals();
    this.layers = device.weights().layers();
    this.kv = device.arenaTensor().layers();
    this.flat = device.arenaTensor().flat();
    this.flags =
        IValue.listFrom(config.qkvBias(), config.outputBias(), config.mlpBias(), config.qkNorm());
    TorchProgram.prepareThread();
  }

  @Override
  public StepResult step(Batch batch) {
    StepLayout layout = new StepLayout(batch);
    try {
      forward(layout);
    } catch (EngineException e) {
      throw new EngineStepException(
          "a step of %d tokens for %d sequences failed"
              .formatted(batch.tokens(), batch.sequences().size()),
          e);
    }
    return sample(batch, layout);
  }

  @Override
  public void close() {
    TorchProgram.close(globals, layers, kv, flat, flags);
    device.close();
  }

  /** Runs the program and copies the logits of the rows wanted. */
  private void forward(StepLayout layout) {
    try (StepTensors tensors = new StepTensors(program, layout);
        IValue sequences = IValue.listFrom(layout.sequences);
        IValue groups =
            IValue.listFrom(DecodeGroups.numbers(DecodeGroups.of(layout.decodeSteps())));
        IValue where = IValue.listFrom(places.offsets());
        IValue sizes =
            IValue.listFrom(
                config.layers(),
                config.heads(),
                config.kvHeads(),
                config.headSize(),
                layout.decodeRows);
        PtNDArray result =
            program.tensor(
                "step",
                globals,
                layers,
                kv,
                flat,
                tensors.ids,
                tensors.positions,
                tensors.slots,
                tensors.last,
                sequences,
                groups,
                where,
                tensors.attention.segments(),
                tensors.attention.masks(),
                tensors.mlp.segments(),
                tensors.mlp.masks(),
                flags,
                sizes)) {
      read(result, layout.last.length * config.vocabularySize());
    }
  }

  private void read(PtNDArray result, int count) {
    if (logits.length < count) {
      logits = new float[count];
    }
    if (count > 0) {
      result
          .toByteBuffer(true)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer()
          .get(logits, 0, count);
    }
  }

  private StepResult sample(Batch batch, StepLayout layout) {
    @Nullable SampledToken[] tokens = new SampledToken[batch.sequences().size()];
    Map<Integer, SamplingException> failures = new HashMap<>();
    int row = 0;
    for (int s = 0; s < layout.steps.size(); s++) {
      SequenceStep step = layout.steps.get(s);
      if (step.sampler() != null) {
        int offset = row++ * config.vocabularySize();
        try {
          tokens[layout.places[s]] = step.sampler().next(logits, offset, config.vocabularySize());
        } catch (SamplingException e) {
          failures.put(layout.places[s], e);
        }
      }
    }
    return new StepResult(Arrays.asList(tokens), failures);
  }
}
