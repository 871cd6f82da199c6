package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.catalogue.AdapterCatalogue.Entry;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Pending;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Refused;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Served;
import io.chameleon.adapter.peft.InvalidAdapterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a folder is read: when it looks otherwise than it did, and is not being written any
 * more. It is whole when it looks the same in two looks, or was last written a while ago; while it
 * is young, what would be refused may still be being copied.
 */
final class FolderTracker {

  /** From the last writing of a file until its folder is taken for whole at first sight. */
  static final Duration SETTLED = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(FolderTracker.class);
  private static final String BEING_COPIED = "it is being copied";

  private final FolderReader reader;
  private final InstantSource clock;

  FolderTracker(FolderReader reader, InstantSource clock) {
    this.reader = reader;
    this.clock = clock;
  }

  /** What is known of a folder after one more look; the same object if nothing changed. */
  TrackedFolder look(AdapterFolder folder, @Nullable TrackedFolder before) {
    try {
      FolderStamp stamp = FolderStamp.of(folder.path());
      if (before == null) {
        Pending pending = new Pending(folder.name(), folder.path(), BEING_COPIED);
        return settle(
            new TrackedFolder(folder, stamp, clock.instant(), false, pending, null), false);
      }
      if (!before.stamp().equals(stamp)) {
        return settle(before.changed(stamp, clock.instant()), false);
      }
      return before.isRead() ? before : settle(before, true);
    } catch (IOException e) {
      return unreadable(folder, before, e);
    }
  }

  private TrackedFolder settle(TrackedFolder seen, boolean isSeenBefore) {
    boolean isOld = isOld(seen);
    if (!isOld && !isSeenBefore) {
      return seen;
    }
    AdapterFolder folder = seen.folder();
    try {
      return seen.read(new Served(reader.read(folder, seen.stamp())));
    } catch (InvalidAdapterException e) {
      String reason = String.valueOf(e.getMessage());
      return isOld
          ? seen.read(new Refused(folder.name(), folder.path(), reason))
          : seen.unsettled(
              new Pending(folder.name(), folder.path(), BEING_COPIED + ": " + reason), null);
    } catch (UncheckedIOException e) {
      return failed(seen, String.valueOf(e.getMessage()));
    }
  }

  /** Times of another machine's clock may lie ahead, so how long it has been seen counts too. */
  private boolean isOld(TrackedFolder seen) {
    Instant limit = clock.instant().minus(SETTLED);
    return !seen.stamp().newest().isAfter(limit) || !seen.since().isAfter(limit);
  }

  private TrackedFolder unreadable(
      AdapterFolder folder, @Nullable TrackedFolder before, IOException e) {
    String failure = "it cannot be looked at: " + e;
    if (before != null) {
      logOnce(before, failure);
      return before.failure() != null && before.failure().equals(failure)
          ? before
          : new TrackedFolder(
              folder, before.stamp(), before.since(), before.isRead(), before.entry(), failure);
    }
    Entry entry = new Refused(folder.name(), folder.path(), "it cannot be looked at");
    TrackedFolder made =
        new TrackedFolder(folder, FolderStamp.NONE, clock.instant(), false, entry, null);
    return failed(made, failure);
  }

  private TrackedFolder failed(TrackedFolder seen, String failure) {
    logOnce(seen, failure);
    AdapterFolder folder = seen.folder();
    return seen.unsettled(new Refused(folder.name(), folder.path(), failure), failure);
  }

  private static void logOnce(TrackedFolder seen, String failure) {
    if (!failure.equals(seen.failure())) {
      log.warn("adapter {}: {}; it will be tried again", seen.folder().name(), failure);
    }
  }
}
