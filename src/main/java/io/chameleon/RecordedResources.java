package io.chameleon;

import io.chameleon.serving.EngineResources;
import io.chameleon.serving.RecordingProperties;
import io.chameleon.simulation.RecordedEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** What another one makes, with an engine whose steps are recorded where that is wanted. */
final class RecordedResources implements Supplier<EngineResources> {

  private final Supplier<EngineResources> engines;

  private final RecordingProperties recording;

  RecordedResources(Supplier<EngineResources> engines, RecordingProperties recording) {
    this.engines = engines;
    this.recording = recording;
  }

  @Override
  public EngineResources get() {
    EngineResources made = engines.get();
    if (!recording.hasSteps()) {
      return made;
    }
    try {
      RecordedEngine recorded =
          new RecordedEngine(
              made.engine(),
              System::nanoTime,
              Files.newBufferedWriter(Path.of(recording.steps())),
              recording.maxBytes());
      return new EngineResources(recorded, made.cells(), made.leases(), made.arena());
    } catch (IOException e) {
      made.engine().close();
      throw new UncheckedIOException(e);
    }
  }
}
