package io.chameleon.adapter.catalogue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a folder after a look at it.
 *
 * @param stamp what it looked like
 * @param since when it was first seen to look like that
 * @param isRead whether the entry was made from what it looks like now
 * @param entry what it stands for; while it changes, what it stood for before
 * @param failure why it could not be read at the last look, or null
 */
record TrackedFolder(
    AdapterFolder folder,
    FolderStamp stamp,
    Instant since,
    boolean isRead,
    AdapterCatalogue.Entry entry,
    @Nullable String failure) {

  /** A folder that looks otherwise than before, and has not been read since. */
  TrackedFolder changed(FolderStamp now, Instant time) {
    return new TrackedFolder(folder, now, time, false, entry, null);
  }

  /** The same, read. */
  TrackedFolder read(AdapterCatalogue.Entry found) {
    return new TrackedFolder(folder, stamp, since, true, found, null);
  }

  /** The same, read without a final result: it will be read again. What was served stays. */
  TrackedFolder unsettled(AdapterCatalogue.Entry meanwhile, @Nullable String failing) {
    boolean isServed = entry instanceof AdapterCatalogue.Served;
    return new TrackedFolder(folder, stamp, since, false, isServed ? entry : meanwhile, failing);
  }
}
