package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.host.HostBlock;
import io.chameleon.adapter.host.NativeHostMemory;
import io.chameleon.adapter.pool.AdapterDevice;
import io.chameleon.adapter.pool.AdapterWindow;
import io.chameleon.engine.Batch;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.ModelDevice;
import io.chameleon.engine.NextStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.StepSize;
import io.chameleon.engine.djl.TorchProgram;
import io.chameleon.memory.pressure.DeviceMemory;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The GPU's step on the host, every kernel by its twin: so that all but the kernels is tested where
 * there is no GPU.
 */
public final class TwinCompute implements ComputeDevice {

  private static final int HOST = -1;
  private static final int ROWS = 96;

  private final ElementType numbers;
  private final boolean inPasses;
  private final HostBlock.Allocator hostMemory = new NativeHostMemory();

  /** With numbers of this format. */
  public TwinCompute(ElementType numbers) {
    this(numbers, false);
  }

  /**
   * With numbers of this format.
   *
   * @param inPasses whether prompts and generated tokens go by themselves, as in batch-invariant
   *     steps; twins' sums still hang on the number of rows
   */
  public TwinCompute(ElementType numbers, boolean inPasses) {
    this.numbers = numbers;
    this.inPasses = inPasses;
  }

  @Override
  public String name() {
    return "twins on the host";
  }

  @Override
  public ElementType numbers() {
    return numbers;
  }

  @Override
  public boolean evenAdapters() {
    return true;
  }

  @Override
  public long availableBytes(ModelConfig config) {
    return 1L << 30;
  }

  @Override
  public double arenaShare() {
    return 0.5;
  }

  @Override
  public StepSize stepSize() {
    return GpuCompute.STEP_SIZE;
  }

  @Override
  public HostBlock.Allocator hostMemory() {
    return hostMemory;
  }

  @Override
  public DeviceMemory memory() {
    return () -> new DeviceMemory.None("the host stands in for it");
  }

  @Override
  public ModelDevice open(Checkpoint checkpoint, long arenaBytes) {
    return new Twin(
        checkpoint, new DeviceModel(checkpoint.config(), numbers, true), arenaBytes, inPasses);
  }

  private static final class Twin implements ModelDevice {

    private final Arena memoryOfHost = Arena.ofShared();
    private final TorchProgram program = TorchProgram.load("cuda_decoder.py", "Twins", HOST);
    private final TorchMemory memory = new TorchMemory(program, HOST);
    private final DeviceQueue queue = new HostQueue();
    private final int cells;
    private final boolean inPasses;
    private final GpuModel model;
    private final GpuSampling sampling;

    Twin(Checkpoint checkpoint, DeviceModel shape, long arenaBytes, boolean inPasses) {
      this.inPasses = inPasses;
      TorchProgram.prepareThread();
      ModelConfig config = shape.config();
      TorchMemory.Kind kind = CheckpointWeights.kind(shape.numbers());
      CheckpointWeights source = new CheckpointWeights(checkpoint, shape.numbers(), memory, queue);
      GpuWeights weights = new GpuWeights(config, memory, kind, source);
      weights.writeRopeTables(queue);
      StepInput input = new StepInput(memory, queue, this::hostMemory);
      RowInput rows = new RowInput(input, ROWS);
      GpuSampling.Parts parts = GpuSampling.Parts.reserve(input, ROWS);
      input.open();
      this.cells = shape.cells(arenaBytes);
      this.model =
          new GpuModel(
              shape,
              weights,
              new Activations(config, memory, kind, ROWS, ROWS),
              input,
              rows,
              new GpuArena(shape, memory, cells, queue, new HostUploader(queue)));
      this.sampling = new GpuSampling(model, parts, memory, queue, this::hostMemory, null);
    }

    private MemorySegment hostMemory(long bytes) {
      return memoryOfHost.allocate(bytes, Long.BYTES);
    }

    @Override
    public int cells() {
      return cells;
    }

    @Override
    public long weightBytes() {
      return model.weights().stepBytes();
    }

    @Override
    public AdapterDevice arena() {
      return model.arena();
    }

    @Override
    public InferenceEngine engine(Function<ModuleGroup, AdapterWindow> windows) {
      TorchOperators operators = new TorchOperators(model, program);
      TwinRunner runner = new TwinRunner(model, operators, sampling);
      GpuEngine engine = new GpuEngine(runner, this::close);
      engine.setBatchInvariant(inPasses);
      return engine;
    }

    @Override
    public void close() {
      memory.close();
      program.close();
      memoryOfHost.close();
    }
  }

  record HostUploader(DeviceQueue queue) implements Uploader {

    /** Each part comes when it is waited for, or when the rest comes. */
    @Override
    public Started upload(MemorySegment from, long to, long partBytes) {
      HostParts parts = new HostParts(queue, from, to, partBytes);
      return new Started(CompletableFuture.runAsync(() -> parts.copy(parts.last())), parts);
    }

    @Override
    public void close() {
      // Whoever waits for the copies has their futures.
    }
  }

  private static final class HostParts implements Uploader.Parts {

    private final DeviceQueue queue;
    private final MemorySegment from;
    private final long to;
    private final long partBytes;
    private int next;

    HostParts(DeviceQueue queue, MemorySegment from, long to, long partBytes) {
      this.queue = queue;
      this.from = from;
      this.to = to;
      this.partBytes = partBytes;
    }

    int last() {
      return Math.toIntExact((from.byteSize() - 1) / partBytes);
    }

    synchronized void copy(int part) {
      for (; next <= part; next++) {
        long at = next * partBytes;
        queue.copy(to + at, from.address() + at, Math.min(partBytes, from.byteSize() - at));
      }
    }

    @Override
    public void await(int part) {
      copy(part);
    }

    @Override
    public void close() {
      // There is nothing to give back.
    }
  }

  private static final class TwinRunner implements GpuEngine.StepRunner {

    private final GpuModel model;
    private final Operators operators;
    private final GpuSampling sampling;
    private boolean inPasses;

    TwinRunner(GpuModel model, Operators operators, GpuSampling sampling) {
      this.model = model;
      this.operators = operators;
      this.sampling = sampling;
    }

    @Override
    public int mostRows() {
      return ROWS;
    }

    @Override
    public int mostSequences() {
      return ROWS;
    }

    @Override
    public StepResult run(Batch batch, NextStep next) {
      StepRows rows = inPasses ? StepRows.ofOneKind(batch) : new StepRows(batch);
      Step step = Step.exactly(rows);
      model.rowInput().send(rows, rows.rows());
      operators.prepare(step);
      Choices choices = sampling.choices();
      sampling.prepare(rows, choices);
      model.input().carry();
      next.launched();
      DecoderStep decoder = new DecoderStep(model, operators);
      if (model.arena().uploads().concern(rows)) {
        decoder.runBehindUploads(step);
      } else {
        decoder.run(step);
      }
      sampling.fetch(rows, choices);
      return sampling.result(rows, choices, IntStream.range(0, rows.wanted()).toArray());
    }

    @Override
    public Map<String, Double> parts(Batch batch) {
      return Map.of();
    }

    @Override
    public void setBatchInvariant(boolean on) {
      inPasses = on;
    }

    @Override
    public double deviceMillis() {
      return 0;
    }

    @Override
    public boolean lacksMemory(RuntimeException failure) {
      return false;
    }
  }
}
