package io.chameleon.adapter.pool;

import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.OwnedCells;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies from host memory into cells at rest that go on beside the engine's steps. The cells are
 * pinned, and the adapter held in host memory, until the copy is done. For the engine thread alone.
 */
final class Uploads {

  /**
   * An upload that has ended.
   *
   * @param copyNanos how long the copy took, as far as the engine thread noticed
   * @param hostNanos how long it took to read it from disk before, 0 if it was in host memory
   * @param failure why it failed, or null
   */
  record Ended(Resident resident, long copyNanos, long hostNanos, @Nullable Throwable failure) {}

  /** A copy under way. */
  private record Upload(
      Resident resident,
      OwnedCells rest,
      PackedAdapter packed,
      long startNanos,
      long hostNanos,
      List<CompletableFuture<Void>> copies) {

    boolean hasFailed() {
      for (CompletableFuture<Void> copy : copies) {
        if (copy.isCompletedExceptionally()) {
          return true;
        }
      }
      return false;
    }

    boolean isDone() {
      for (CompletableFuture<Void> copy : copies) {
        if (!copy.isDone()) {
          return false;
        }
      }
      return true;
    }
  }

  private final AdapterDevice device;
  private final CellSpace space;
  private final int timesCopied;
  private final Runnable wake;
  private final LongSupplier nanoClock;
  private final List<Upload> pending = new ArrayList<>();

  /**
   * @param timesCopied how often each is copied, at least 1
   * @param wake called when one has ended, on any thread
   */
  Uploads(
      AdapterDevice device,
      CellSpace space,
      int timesCopied,
      Runnable wake,
      LongSupplier nanoClock) {
    this.device = device;
    this.timesCopied = timesCopied;
    this.space = space;
    this.wake = wake;
    this.nanoClock = nanoClock;
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Whether another one has begun before this resident's and goes on, or this one has failed. */
  boolean isBehindOthers(Resident resident) {
    Upload first = pending.isEmpty() ? null : pending.getFirst();
    return first == null || first.resident != resident || first.hasFailed();
  }

  /**
   * Starts one.
   *
   * @param packed held by the caller, who may let go afterwards
   */
  void start(Resident resident, OwnedCells rest, PackedAdapter packed, long hostNanos) {
    if (!packed.tryRetain()) {
      throw new IllegalStateException("adapter %s is freed".formatted(resident.contentHash()));
    }
    space.pin(rest);
    long now = nanoClock.getAsLong();
    List<CompletableFuture<Void>> copies = new ArrayList<>(timesCopied);
    for (int i = 0; i < timesCopied; i++) {
      CompletableFuture<Void> copy = device.upload(packed.weights(), rest.run());
      var _ = copy.whenComplete((done, failure) -> wake.run());
      copies.add(copy);
    }
    pending.add(new Upload(resident, rest, packed, now, hostNanos, copies));
  }

  /** Takes those that have ended. */
  List<Ended> takeEnded() {
    if (pending.isEmpty()) {
      return List.of();
    }
    List<Ended> ended = new ArrayList<>();
    for (Iterator<Upload> uploads = pending.iterator(); uploads.hasNext(); ) {
      Upload upload = uploads.next();
      if (upload.isDone()) {
        uploads.remove();
        space.unpin(upload.rest);
        upload.packed.release();
        long copyNanos = nanoClock.getAsLong() - upload.startNanos;
        ended.add(
            new Ended(upload.resident, copyNanos, upload.hostNanos, failureOf(upload.copies)));
      }
    }
    return ended;
  }

  /** Waits for all; each is a copy between memories, never a read of a disk. */
  void join() {
    for (Upload upload : pending) {
      for (CompletableFuture<Void> copy : upload.copies) {
        copy.exceptionally(failure -> null).join();
      }
    }
  }

  private static @Nullable Throwable failureOf(List<CompletableFuture<Void>> copies) {
    try {
      copies.forEach(CompletableFuture::join);
      return null;
    } catch (CompletionException e) {
      return e.getCause();
    }
  }
}
