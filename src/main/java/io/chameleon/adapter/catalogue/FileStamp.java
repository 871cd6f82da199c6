package io.chameleon.adapter.catalogue;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * By what a change of a file is seen without reading it; links are followed.
 *
 * @param bytes its length, -1 if there is no such file
 * @param modified when it was last written
 * @param key which file it is (device and inode), or null where the file system has no such thing
 */
record FileStamp(long bytes, FileTime modified, @Nullable Object key) {

  /** Of a file that does not exist. */
  static final FileStamp ABSENT = new FileStamp(-1, FileTime.fromMillis(0), null);

  /** Looks at a file. */
  static FileStamp of(Path file) throws IOException {
    // Does not make an exception of every file that is not there, as Files.readAttributes does.
    BasicFileAttributes found =
        file.getFileSystem().provider().readAttributesIfExists(file, BasicFileAttributes.class);
    return found == null
        ? ABSENT
        : new FileStamp(found.size(), found.lastModifiedTime(), found.fileKey());
  }

  boolean exists() {
    return bytes >= 0;
  }
}
