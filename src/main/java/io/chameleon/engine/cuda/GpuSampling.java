package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.engine.sampling.DeviceDraw;
import io.chameleon.engine.sampling.SamplingException;
import io.chameleon.engine.sampling.TokenSampler;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The choice of tokens. The device chooses, and 16 bytes a row come back; where a request asks for
 * alternatives too, or without the kernel, the row's logits do, and the host chooses.
 */
final class GpuSampling {

  private static final int ADDRESS = Long.BYTES;
  private static final int NUMBER = Integer.BYTES;
  private static final int BLOCK = 1024;

  /** Numbers of {@code struct SampleRow}. */
  private static final int ROW = 18;

  /** Most entries of all lists of a step; a row that does not fit is left to the host. */
  private static final int MOST_LISTED = 1 << 16;

  private final GpuModel model;
  private final DeviceQueue queue;
  private final @Nullable Kernel kernel;
  private final @Nullable CudaStream stream;
  private final StepInput input;
  private final StepInput.Part counts;
  private final StepInput.Part rows;
  private final StepInput.Part biases;
  private final StepInput.Part penalties;
  private final DeviceTensor raw;
  private final LongFunction<MemorySegment> hostMemory;
  private final MemorySegment hostLogits;
  private final int vocabulary;
  private float[] logits = new float[0];
  private int biasUsed;
  private int penaltyUsed;

  /**
   * Where the numbers of a step stand.
   *
   * @param count live rows
   * @param rows how each chooses
   * @param biases their lists of biases
   * @param penalties their lists of tokens seen
   */
  record Parts(
      StepInput.Part count, StepInput.Part rows, StepInput.Part biases, StepInput.Part penalties) {

    static Parts reserve(StepInput input, int wanted) {
      return new Parts(
          input.reserve(1),
          input.reserve(wanted * ROW),
          input.reserve(2 * MOST_LISTED),
          input.reserve(2 * MOST_LISTED));
    }
  }

  GpuSampling(
      GpuModel model,
      Parts parts,
      TorchMemory memory,
      DeviceQueue queue,
      LongFunction<MemorySegment> hostMemory,
      @Nullable Launch launch) {
    this.model = model;
    this.queue = queue;
    this.kernel = launch == null ? null : launch.kernel;
    this.stream = launch == null ? null : launch.stream;
    this.input = model.input();
    this.counts = parts.count;
    this.rows = parts.rows;
    this.biases = parts.biases;
    this.penalties = parts.penalties;
    this.vocabulary = model.config().vocabularySize();
    int wanted = model.activations().wanted;
    this.raw = memory.zeros(TorchMemory.Kind.FLOAT32, 2, MOST_LISTED);
    this.hostMemory = hostMemory;
    this.hostLogits = hostMemory.apply((long) wanted * vocabulary * Float.BYTES);
  }

  /** The kernel and where it is launched. */
  record Launch(Kernel kernel, CudaStream stream) {

    static @Nullable Launch of(CudaKernels kernels, CudaStream stream) {
      return kernels.has(KernelText.SAMPLING)
          ? new Launch(
              kernels.kernel(
                  KernelText.SAMPLING,
                  "sample",
                  ADDRESS,
                  Long.BYTES,
                  NUMBER,
                  ADDRESS,
                  ADDRESS,
                  ADDRESS,
                  ADDRESS,
                  ADDRESS,
                  ADDRESS,
                  ADDRESS),
              stream)
          : null;
    }
  }

  /** A place for what steps choose, one after the other. */
  Choices choices() {
    int wanted = model.activations().wanted;
    return new Choices(hostMemory.apply((long) wanted * Choices.RESULT * Integer.BYTES), wanted);
  }

  /** Writes and sends how each row chooses. */
  void prepare(StepRows step, Choices choices) {
    choices.reset(step.wanted(), kernel == null);
    if (kernel == null) {
      return;
    }
    begin();
    int row = 0;
    for (SequenceStep sequence : step.steps()) {
      TokenSampler sampler = sequence.sampler();
      if (sampler != null) {
        DeviceDraw draw = sampler.draw(vocabulary);
        if (draw == null || !fits(draw)) {
          choices.leaveToHost(row);
          draw = null;
        }
        write(row++, draw);
      }
    }
    send(row);
  }

  /**
   * The same for a step whose tokens are not chosen yet, each sequence's next one but one.
   *
   * @return whether the device can choose for all rows
   */
  boolean prepareAhead(StepRows step, Choices choices) {
    choices.reset(step.wanted(), false);
    if (kernel == null) {
      return false;
    }
    begin();
    int row = 0;
    for (SequenceStep sequence : step.steps()) {
      TokenSampler sampler = sequence.sampler();
      DeviceDraw draw = sampler == null ? null : sampler.drawAhead(vocabulary);
      if (draw == null || !fits(draw)) {
        return false;
      }
      write(row++, draw);
    }
    send(row);
    return true;
  }

  private void begin() {
    biasUsed = 0;
    penaltyUsed = 0;
  }

  private void send(int count) {
    counts.set(0, count);
    input.send(counts, rows, count * ROW);
    biases.send(biasUsed * 2);
    penalties.send(penaltyUsed * 2);
  }

  private boolean fits(DeviceDraw draw) {
    return biasUsed + draw.bias().size() <= MOST_LISTED
        && penaltyUsed + draw.seen().size() <= MOST_LISTED;
  }

  /** A row that the host chooses for is greedy here, which changes none of its logits. */
  private void write(int row, @Nullable DeviceDraw draw) {
    int at = row * ROW;
    rows.set(at, draw == null ? 0 : draw.uniform());
    rows.set(at + 2, draw == null ? 0 : draw.temperature());
    rows.set(at + 4, draw == null ? 1 : draw.topP());
    rows.set(at + 6, draw == null ? Double.NEGATIVE_INFINITY : draw.least());
    rows.set(at + 8, draw == null ? 0 : draw.topK());
    rows.set(at + 9, biasUsed);
    biasUsed = draw == null ? biasUsed : append(biases, biasUsed, draw.bias());
    rows.set(at + 10, biasUsed);
    rows.set(at + 11, penaltyUsed);
    penaltyUsed = draw == null ? penaltyUsed : append(penalties, penaltyUsed, draw.seen());
    rows.set(at + 12, penaltyUsed);
    rows.set(at + 13, Float.floatToRawIntBits(draw == null ? 1 : draw.repetition()));
    rows.set(at + 14, Float.floatToRawIntBits(draw == null ? 0 : draw.frequency()));
    rows.set(at + 15, Float.floatToRawIntBits(draw == null ? 0 : draw.presence()));
    rows.set(at + 16, draw != null && draw.wantsLogprob() ? 1 : 0);
    rows.set(at + 17, 0);
  }

  private static int append(StepInput.Part to, int used, DeviceDraw.Listed listed) {
    for (int i = 0; i < listed.size(); i++) {
      to.set((used + i) * 2, listed.tokens()[i]);
      to.set((used + i) * 2 + 1, listed.bits()[i]);
    }
    return used + listed.size();
  }

  /** Puts the choice behind a step. */
  void run(Step step) {
    if (kernel == null || stream == null || step.wanted() == 0) {
      return;
    }
    kernel
        .begin()
        .with(model.activations().logits.address())
        .with((long) vocabulary)
        .with(vocabulary)
        .with(counts.address())
        .with(rows.address())
        .with(biases.address())
        .with(penalties.address())
        .with(raw.address())
        .with(raw.address() + (long) MOST_LISTED * Float.BYTES)
        .with(model.activations().chosen.address())
        .launch(Kernel.Grid.of(step.wanted(), BLOCK), 0, stream);
  }

  /** Puts the way back of what a step gives behind it. */
  void fetch(StepRows step, Choices choices) {
    int wanted = step.wanted();
    if (kernel != null) {
      long bytes = (long) wanted * Choices.RESULT * Integer.BYTES;
      queue.copy(choices.address(), model.activations().chosen.address(), bytes);
    }
    for (int row = 0; row < wanted; row++) {
      if (choices.isOnHost(row)) {
        copyLogits(row);
      }
    }
  }

  private void copyLogits(int row) {
    long offset = (long) row * vocabulary * Float.BYTES;
    queue.copy(
        hostLogits.address() + offset,
        model.activations().logits.address() + offset,
        (long) vocabulary * Float.BYTES);
  }

  /**
   * What a step gave, once it has come.
   *
   * @param rows for each row of it that chooses, its row among those choices
   */
  StepResult result(StepRows step, Choices choices, int[] rows) {
    @Nullable SampledToken[] tokens = new SampledToken[step.steps().size()];
    Map<Integer, SamplingException> failures = new HashMap<>();
    int wanted = 0;
    for (int s = 0; s < step.steps().size(); s++) {
      TokenSampler sampler = step.steps().get(s).sampler();
      if (sampler != null) {
        int row = rows[wanted++];
        try {
          tokens[step.place(s)] =
              choices.isOnHost(row) ? chooseHere(sampler, row) : chosen(sampler, choices, row);
        } catch (SamplingException e) {
          failures.put(step.place(s), e);
        }
      }
    }
    return new StepResult(Arrays.asList(tokens), failures);
  }

  private SampledToken chooseHere(TokenSampler sampler, int row) {
    if (logits.length < vocabulary) {
      logits = new float[vocabulary];
    }
    MemorySegment.copy(
        hostLogits, JAVA_FLOAT, (long) row * vocabulary * Float.BYTES, logits, 0, vocabulary);
    return sampler.next(logits, 0, vocabulary);
  }

  private SampledToken chosen(TokenSampler sampler, Choices choices, int row) {
    int status = choices.status(row);
    if (status != 0) {
      throw new SamplingException(
          status == 1
              ? "a logit is NaN; logits must be numbers"
              : "the largest of %d logits is infinite; it must be finite".formatted(vocabulary));
    }
    return sampler.chosen(choices.token(row), choices.logprob(row));
  }
}
