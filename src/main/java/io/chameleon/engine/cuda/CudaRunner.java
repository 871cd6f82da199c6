package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.engine.Batch;
import io.chameleon.engine.NextStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaEvent;
import io.chameleon.engine.cuda.driver.CudaOutOfMemoryException;
import io.chameleon.engine.cuda.driver.CudaStream;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs steps on CUDA: what they are made of is written and sent, then they are launched, as
 * recorded where all sequences decode, and what they gave is fetched.
 */
final class CudaRunner implements GpuEngine.StepRunner, StepPipeline.Device, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CudaRunner.class);

  private static final String OUT_OF_MEMORY = "out of memory";

  private final CudaContext context;
  private final GpuModel model;
  private final CudaOperators operators;
  private final LoraKernels lora;
  private final DecoderStep decoder;
  private final GpuSampling sampling;
  private final CudaStream stream;
  private final StepGraphs graphs;
  private final Limits limits;
  private final StepPipeline pipeline;
  private final List<Slot> slots;
  private boolean batchInvariant;

  /** Comes when what was written for the step that was prepared last has been sent. */
  private final CudaEvent sent;

  /**
   * What a step may be.
   *
   * @param rows most rows
   * @param sequences most sequences
   * @param recorded whether decode steps are recorded
   */
  record Limits(int rows, int sequences, boolean recorded) {}

  /**
   * A step in the stream.
   *
   * @param choices what it chooses
   * @param begin comes when it begins
   * @param end comes when it has chosen
   * @param fetched comes when its choices are on the host
   */
  private record Slot(Choices choices, CudaEvent begin, CudaEvent end, CudaEvent fetched)
      implements AutoCloseable {

    static Slot of(Choices choices, CudaContext context) {
      return new Slot(
          choices, CudaEvent.timed(context), CudaEvent.timed(context), CudaEvent.timed(context));
    }

    @Override
    public void close() {
      begin.close();
      end.close();
      fetched.close();
    }
  }

  CudaRunner(
      GpuModel model,
      CudaOperators operators,
      LoraKernels lora,
      GpuSampling sampling,
      Streams streams,
      Limits limits) {
    this.context = streams.context;
    this.model = model;
    this.operators = operators;
    this.lora = lora;
    this.sampling = sampling;
    this.stream = streams.stream;
    this.graphs = new StepGraphs(streams.context, stream);
    this.limits = limits;
    this.sent = CudaEvent.timed(streams.context);
    this.slots =
        List.of(
            Slot.of(sampling.choices(), streams.context),
            Slot.of(sampling.choices(), streams.context));
    this.decoder = new DecoderStep(model, operators);
    this.pipeline = new StepPipeline(this, streams.nanoClock);
    ProductRows.upTo(limits.rows).forEach(decoder::meet);
    stream.synchronize();
  }

  /**
   * Where steps go.
   *
   * @param nanoClock monotonic, in nanoseconds
   */
  record Streams(CudaContext context, CudaStream stream, LongSupplier nanoClock) {}

  @Override
  public double deviceMillis() {
    return pipeline.millis();
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
  public StepResult run(Batch batch, NextStep next) {
    StepRows rows = rows(batch);
    try {
      return pipeline.run(rows, next);
    } catch (RuntimeException e) {
      drain(e);
      throw e;
    }
  }

  @Override
  public void launch(StepRows rows, int slot) {
    Step step = step(rows);
    Choices choices = slots.get(slot).choices;
    // What is in the queue may still have to be read from where this step's numbers go.
    sent.synchronize();
    model.rowInput().send(rows, step.filled());
    operators.prepare(step);
    sampling.prepare(rows, choices);
    model.input().carry();
    sent.record(stream);
    launch(step, slots.get(slot));
  }

  @Override
  public boolean prepareAhead(StepRows rows, int[] chosen, int slot) {
    if (!isRecorded(rows) || !slots.get(1 - slot).choices.isAllOnDevice()) {
      return false;
    }
    sent.synchronize();
    if (!sampling.prepareAhead(rows, slots.get(slot).choices)) {
      return false;
    }
    Step step = step(rows);
    model.rowInput().send(rows, step.filled(), chosen);
    operators.prepare(step);
    model.input().carry();
    sent.record(stream);
    return graphs.has(key(step, lora));
  }

  @Override
  public void launchAhead(StepRows rows, int slot) {
    launch(step(rows), slots.get(slot));
  }

  @Override
  public Map<String, Double> parts(Batch batch) {
    Step step = Step.exactly(rows(batch));
    pipeline.reset();
    stream.synchronize();
    try (TimedOperators timed =
        new TimedOperators(operators, model.activations(), context, stream)) {
      model.rowInput().send(step.rows(), step.filled());
      operators.prepare(step);
      // No step is in the queue now; those that follow write their own choices.
      sampling.prepare(step.rows(), slots.getFirst().choices);
      model.input().carry();
      new DecoderStep(model, timed).run(step);
      timed.sampling(() -> sampling.run(step));
      return timed.millis();
    } catch (RuntimeException e) {
      drain(e);
      throw e;
    }
  }

  @Override
  public void setBatchInvariant(boolean on) {
    if (on && !operators.canBeBatchInvariant()) {
      throw new IllegalStateException(
          "batch-invariant steps need kernels that are off or that could not be compiled");
    }
    // Recorded steps are of the other way of computing.
    pipeline.reset();
    stream.synchronize();
    graphs.close();
    batchInvariant = on;
  }

  private StepRows rows(Batch batch) {
    return batchInvariant ? StepRows.ofOneKind(batch) : new StepRows(batch);
  }

  private boolean isRecorded(StepRows rows) {
    return limits.recorded && rows.isDecode() && operators.isRecordable();
  }

  private Step step(StepRows rows) {
    if (!operators.isRecordable()) {
      // Twins know nothing of rows that only fill up.
      return Step.exactly(rows);
    }
    if (!isRecorded(rows)) {
      int wanted = rows.wanted() == 0 ? 0 : StepGraphs.filled(rows.wanted());
      return new Step(
          rows, ProductRows.atLeast(rows.rows(), limits.rows), Math.min(wanted, limits.sequences));
    }
    int filled = Math.min(StepGraphs.filled(rows.rows()), limits.rows);
    return new Step(rows, filled, Math.min(filled, limits.sequences));
  }

  private void launch(Step step, Slot slot) {
    slot.begin.record(stream);
    FollowedUploads uploads = model.arena().uploads();
    boolean isBehind = uploads.concern(step.rows());
    if (isRecorded(step.rows())) {
      if (isBehind) {
        uploads.awaitAll(step.rows());
      }
      graphs.run(key(step, lora), () -> put(step));
    } else if (isBehind) {
      decoder.runBehindUploads(step);
      sampling.run(step);
    } else {
      put(step);
    }
    slot.end.record(stream);
    sampling.fetch(step.rows(), slot.choices);
    slot.fetched.record(stream);
  }

  private void put(Step step) {
    decoder.run(step);
    sampling.run(step);
  }

  @Override
  public void reset() {
    try {
      operators.reset();
    } catch (RuntimeException e) {
      // The step that runs may be sound; if the device is not, whoever waits for it is told.
      log.warn("What a step prepared ahead had begun could not be given up: {}", e.toString());
    }
  }

  @Override
  public boolean isDone(int slot) {
    return slots.get(slot).fetched.isDone();
  }

  @Override
  public void await(int slot) {
    slots.get(slot).fetched.synchronize();
  }

  @Override
  public double millis(int slot) {
    return slots.get(slot).end.millisSince(slots.get(slot).begin);
  }

  @Override
  public int token(int slot, int row) {
    return slots.get(slot).choices.token(row);
  }

  @Override
  public StepResult result(StepRows rows, int slot, int[] from, boolean isAhead) {
    StepResult result = sampling.result(rows, slots.get(slot).choices, from);
    return new StepResult(result.tokens(), result.failures(), isAhead);
  }

  /** What a failed step has put into the stream must not read the numbers of the next one. */
  private void drain(RuntimeException failure) {
    pipeline.reset();
    try {
      operators.reset();
      stream.synchronize();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
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
    // A step may be in the queue that nobody has asked for.
    stream.synchronize();
    graphs.close();
    slots.forEach(Slot::close);
    sent.close();
  }
}
