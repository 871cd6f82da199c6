package io.chameleon.workload;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a recording, bounded in bytes and lines. For one thread at a time; the counts are for
 * all. After an error it takes nothing more.
 */
final class TrafficFile {

  private static final Logger log = LoggerFactory.getLogger(TrafficFile.class);

  private final Path path;
  private final OutputStream out;
  private final TrafficLogLimits limits;
  private final ByteArrayOutputStream unwritten = new ByteArrayOutputStream();
  private final LongAdder written = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private int unwrittenLines;
  private long bytes;
  private long lines;
  private boolean broken;

  /** What a file has before the first line is added. */
  private record Extent(long bytes, long lines, boolean cutOff) {}

  private TrafficFile(Path path, OutputStream out, Extent extent, TrafficLogLimits limits) {
    this.path = path;
    this.out = out;
    this.limits = limits;
    bytes = extent.bytes();
    lines = extent.lines();
    if (extent.cutOff()) {
      unwritten.write('\n');
      bytes++;
    }
  }

  static TrafficFile open(Path path, TrafficLogLimits limits) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new FileSystemException(path.toString(), null, "is no regular file");
    }
    OutputStream out =
        Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    try {
      return new TrafficFile(path, out, extent(path), limits);
    } catch (IOException e) {
      out.close();
      throw e;
    }
  }

  /** A new file that is open already. */
  static TrafficFile writingTo(Path path, OutputStream out, TrafficLogLimits limits) {
    return new TrafficFile(path, out, new Extent(0, 0, false), limits);
  }

  private static Extent extent(Path path) throws IOException {
    long bytes = 0;
    long lines = 0;
    int last = '\n';
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      for (int read = in.read(); read >= 0; read = in.read()) {
        bytes++;
        last = read;
        lines += read == '\n' ? 1 : 0;
      }
    }
    boolean cutOff = last != '\n';
    return new Extent(bytes, cutOff ? lines + 1 : lines, cutOff);
  }

  void add(TrafficRecord request) {
    byte[] line = (RecordedLines.line(request) + '\n').getBytes(StandardCharsets.UTF_8);
    if (broken || isFull(line)) {
      dropped.increment();
      return;
    }
    unwritten.writeBytes(line);
    unwrittenLines++;
    bytes += line.length;
    lines++;
  }

  /** Writes the lines that were added, all at once. */
  void flush() {
    if (unwrittenLines == 0) {
      return;
    }
    try {
      out.write(unwritten.toByteArray());
      out.flush();
      written.add(unwrittenLines);
      forget();
    } catch (IOException e) {
      giveUp(e.toString());
    }
  }

  /** Takes nothing more; what is not written is dropped. */
  void giveUp(String why) {
    log.warn("recording into {} ends: {}", path, why);
    broken = true;
    dropped.add(unwrittenLines);
    forget();
  }

  void close() {
    flush();
    broken = true;
    try {
      out.close();
    } catch (IOException e) {
      log.warn("{} was not closed: {}", path, e.toString());
    }
  }

  long written() {
    return written.sum();
  }

  long dropped() {
    return dropped.sum();
  }

  private boolean isFull(byte[] line) {
    return lines >= limits.maxLines() || bytes + line.length > limits.maxBytes();
  }

  private void forget() {
    unwritten.reset();
    unwrittenLines = 0;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
