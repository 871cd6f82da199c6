package io.chameleon.engine.cuda;

import io.chameleon.adapter.AdapterPlace;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Uploads of adapters whose layers steps may wait for one after the other, so that a prompt that
 * comes with an adapter computes its first layers while the others are on the way. For the thread
 * of the steps alone.
 */
final class FollowedUploads {

  /** Parts of an upload; each takes some microseconds more. */
  private static final int MOST_PARTS = 4;

  private final Uploader uploader;
  private final int layers;
  private final int layersOfPart;
  private final List<Upload> pending = new ArrayList<>();

  /**
   * @param layers of the model
   */
  FollowedUploads(Uploader uploader, int layers) {
    this.uploader = uploader;
    this.layers = layers;
    this.layersOfPart = Math.ceilDiv(layers, MOST_PARTS);
  }

  /**
   * A copy that goes on.
   *
   * @param startCell where it goes
   * @param lastPart its last part, from 0
   */
  private record Upload(int startCell, int lastPart, Uploader.Started copy) {

    boolean hasFailed() {
      return copy.done().isCompletedExceptionally();
    }

    void await(int part) {
      if (hasFailed()) {
        throw new IllegalStateException("an adapter could not be copied to the device");
      }
      copy.parts().await(Math.min(part, lastPart));
    }
  }

  /**
   * Starts one.
   *
   * @param packed an even adapter: layer by layer, each as long as the others
   * @param startCell the first cell, which does not change until it is done
   * @param to its address
   */
  CompletableFuture<Void> start(MemorySegment packed, int startCell, long to) {
    forgetThoseDone();
    // What failed there has been given up by whoever gives the cells to another now.
    pending.removeIf(upload -> upload.startCell == startCell && upload.hasFailed());
    long bytes = packed.byteSize();
    boolean even = bytes % layers == 0;
    Uploader.Started copy =
        uploader.upload(packed, to, even ? bytes / layers * layersOfPart : bytes);
    if (!copy.done().isCompletedExceptionally()) {
      pending.add(new Upload(startCell, even ? lastPart() : 0, copy));
    }
    return copy.done();
  }

  private int lastPart() {
    return (layers - 1) / layersOfPart;
  }

  /** Whether an adapter of a step is still on the way. */
  boolean concern(StepRows rows) {
    if (pending.isEmpty()) {
      return false;
    }
    forgetThoseDone();
    for (StepRows.Segment segment : rows.segments()) {
      if (of(segment.adapter().requirePlace()) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * Has what follows in the queue wait for a layer of the adapters of a step.
   *
   * @throws IllegalStateException if an upload has failed
   */
  void await(StepRows rows, int layer) {
    if (layer % layersOfPart == 0) {
      awaitPart(rows, layer / layersOfPart);
    }
  }

  /** The same for all layers. */
  void awaitAll(StepRows rows) {
    awaitPart(rows, lastPart());
  }

  private void awaitPart(StepRows rows, int part) {
    for (StepRows.Segment segment : rows.segments()) {
      Upload upload = of(segment.adapter().requirePlace());
      if (upload != null) {
        upload.await(part);
      }
    }
  }

  private @Nullable Upload of(AdapterPlace place) {
    for (Upload upload : pending) {
      if (upload.startCell == place.startCell()) {
        return upload;
      }
    }
    return null;
  }

  /** Those that have failed are kept, for whoever waits for them. */
  private void forgetThoseDone() {
    for (Iterator<Upload> all = pending.iterator(); all.hasNext(); ) {
      Uploader.Started copy = all.next().copy;
      if (copy.done().isDone() && !copy.done().isCompletedExceptionally()) {
        copy.parts().close();
        all.remove();
      }
    }
  }
}
