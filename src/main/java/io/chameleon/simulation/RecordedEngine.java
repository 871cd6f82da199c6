package io.chameleon.simulation;

import io.chameleon.engine.Batch;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.NextStep;
import io.chameleon.engine.StepResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.function.LongSupplier;

/**
 * An engine that writes down each step that another one makes, so that what the simulator takes a
 * step for can be held against it. A step's line is there when the step has ended.
 */
public final class RecordedEngine implements InferenceEngine {

  private final InferenceEngine engine;

  private final LongSupplier nanoClock;

  private final Writer out;

  private final BatchLoad load = new BatchLoad();

  private long bytesLeft;

  /**
   * Wraps an engine.
   *
   * @param out where the lines go; closed with the engine
   * @param maxBytes most bytes of them; what comes later is dropped
   */
  public RecordedEngine(InferenceEngine engine, LongSupplier nanoClock, Writer out, long maxBytes) {
    this.engine = engine;
    this.nanoClock = nanoClock;
    this.out = out;
    this.bytesLeft = maxBytes;
  }

  /** A step that fails leaves no line. */
  @Override
  public StepResult step(Batch batch) {
    return step(batch, NextStep.UNKNOWN);
  }

  @Override
  public StepResult step(Batch batch, NextStep next) {
    StepLoad asked = load.of(batch);
    long start = nanoClock.getAsLong();
    StepResult result = engine.step(batch, next);
    write(new StepRecord(start, nanoClock.getAsLong(), asked).line() + "\n");
    return result;
  }

  @Override
  public boolean isAsynchronous() {
    return engine.isAsynchronous();
  }

  private void write(String line) {
    bytesLeft -= line.length();
    if (bytesLeft < 0) {
      return;
    }
    try {
      out.write(line);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try (Writer last = out;
        InferenceEngine wrapped = engine) {
      last.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
