package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.engine.Batch;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaEvent;
import io.chameleon.engine.cuda.driver.CudaOutOfMemoryException;
import io.chameleon.engine.cuda.driver.CudaStream;

/**
 * Runs steps on CUDA: what they are made of is written and sent, then they are launched, as
 * recorded where all sequences decode, and what they gave is fetched.
 */
final class CudaRunner implements GpuEngine.StepRunner, AutoCloseable {

  private static final String OUT_OF_MEMORY = "out of memory";

  private final GpuModel model;
  private final CudaOperators operators;
  private final LoraKernels lora;
  private final DecoderStep decoder;
  private final GpuSampling sampling;
  private final CudaStream stream;
  private final StepGraphs graphs;
  private final Limits limits;
  private final CudaEvent begin;
  private final CudaEvent end;

  /**
   * What a step may be.
   *
   * @param rows most rows
   * @param sequences most sequences
   * @param recorded whether decode steps are recorded
   */
  record Limits(int rows, int sequences, boolean recorded) {}

  CudaRunner(
      GpuModel model,
      CudaOperators operators,
      LoraKernels lora,
      GpuSampling sampling,
      Streams streams,
      Limits limits) {
    this.model = model;
    this.operators = operators;
    this.lora = lora;
    this.sampling = sampling;
    this.stream = streams.stream;
    this.graphs = streams.graphs;
    this.limits = limits;
    this.begin = streams.begin;
    this.end = streams.end;
    this.decoder = new DecoderStep(model, operators);
  }

  /**
   * The stream of the steps.
   *
   * @param graphs the steps that are recorded in it
   * @param begin comes when a step begins
   * @param end comes when a step has chosen its tokens
   */
  record Streams(CudaStream stream, StepGraphs graphs, CudaEvent begin, CudaEvent end) {

    static Streams of(CudaContext context, CudaStream stream) {
      return new Streams(
          stream,
          new StepGraphs(context, stream),
          CudaEvent.timed(context),
          CudaEvent.timed(context));
    }
  }

  /** Milliseconds for which the device worked on the last step. */
  @Override
  public double deviceMillis() {
    return end.millisSince(begin);
  }

  @Override
  public int mostRows() {
    return limits.rows;
  }

  @Override
  public int mostSequences() {
    return limits.sequences;
  }

  @Override
  public StepResult run(Batch batch) {
    StepRows rows = new StepRows(batch);
    try {
      return run(rows);
    } catch (RuntimeException e) {
      drain(e);
      throw e;
    }
  }

  private StepResult run(StepRows rows) {
    boolean recorded = limits.recorded && rows.isDecode() && operators.isRecordable();
    int filled = Math.min(recorded ? StepGraphs.filled(rows.rows()) : rows.rows(), limits.rows);
    Step step =
        recorded ? new Step(rows, filled, Math.min(filled, limits.sequences)) : Step.exactly(rows);
    model.rowInput().send(rows, filled);
    operators.prepare(step);
    sampling.prepare(rows);
    begin.record(stream);
    if (recorded) {
      graphs.run(key(step, lora), () -> launch(step));
    } else {
      launch(step);
    }
    end.record(stream);
    return sampling.fetch(rows);
  }

  /** What a failed step has put into the stream must not read the numbers of the next one. */
  private void drain(RuntimeException failure) {
    try {
      operators.reset();
      stream.synchronize();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void launch(Step step) {
    decoder.run(step);
    sampling.run(step);
  }

  /** What a step is recorded under; its plans are made. */
  static StepGraphs.Key key(Step step, LoraKernels lora) {
    return new StepGraphs.Key(
        step.filled(),
        variant(step, lora, ModuleGroup.ATTENTION),
        variant(step, lora, ModuleGroup.MLP));
  }

  private static int variant(Step step, LoraKernels lora, ModuleGroup group) {
    return step.rows().touches(group) ? lora.variantOf(group) : 0;
  }

  @Override
  public boolean lacksMemory(RuntimeException failure) {
    return failure instanceof CudaOutOfMemoryException
        || failure instanceof StepTooLargeException
        || String.valueOf(failure.getMessage()).contains(OUT_OF_MEMORY);
  }

  @Override
  public void close() {
    graphs.close();
    begin.close();
    end.close();
  }
}
