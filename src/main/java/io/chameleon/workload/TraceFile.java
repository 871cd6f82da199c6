package io.chameleon.workload;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads published traces and recordings of a service's own traffic. The format is known by the
 * first line: the header of a CSV file, or the fields of a JSON object.
 *
 * <ul>
 *   <li>Azure LLM inference traces, CSV: {@code TIMESTAMP,ContextTokens,GeneratedTokens}, date and
 *       time of day.
 *   <li>BurstGPT, CSV: {@code Timestamp,Request tokens,Response tokens} among other columns,
 *       seconds.
 *   <li>Mooncake, JSON lines: {@code timestamp} in milliseconds, {@code input_length}, {@code
 *       output_length}.
 *   <li>A recording, JSON lines, see {@link TrafficRecord}.
 * </ul>
 */
public final class TraceFile {

  private TraceFile() {}

  /**
   * Reads a whole file.
   *
   * @throws InvalidTraceException if it is missing, of no known format, or has a malformed line
   */
  public static Trace read(Path file) {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      return read(file, lines);
    } catch (NoSuchFileException e) {
      throw new InvalidTraceException(file + " does not exist", e);
    } catch (CharacterCodingException e) {
      throw new InvalidTraceException(file + " is not text in UTF-8", e);
    } catch (IOException e) {
      throw new InvalidTraceException(file + " cannot be read: " + e, e);
    }
  }

  private static Trace read(Path file, BufferedReader lines) throws IOException {
    TraceCollector found = new TraceCollector();
    LineFormat format = null;
    int number = 0;
    for (String text = lines.readLine(); text != null; text = lines.readLine()) {
      number++;
      if (!text.isBlank()) {
        format = take(new TraceLine(file, number, text), format, found);
      }
    }
    return found.trace(file);
  }

  private static LineFormat take(TraceLine line, @Nullable LineFormat known, TraceCollector found) {
    LineFormat format = known == null ? LineFormat.of(line) : known;
    if (known != null || !format.hasHeader()) {
      format.read(line, found);
    }
    return format;
  }
}
