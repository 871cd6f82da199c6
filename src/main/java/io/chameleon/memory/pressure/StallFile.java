package io.chameleon.memory.pressure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file of the kernel that says for how much of the last ten seconds some task waited for memory.
 *
 * @param path the file; where it is missing or not readable the reading is absent
 * @see <a href="https://docs.kernel.org/accounting/psi.html">PSI, Pressure Stall Information</a>
 */
record StallFile(Path path) {

  private static final String LINE = "some ";

  private static final String FIELD = "avg10=";

  private static final double PER_CENT = 100;

  SignalReading read() {
    if (!Files.exists(path)) {
      return new SignalReading.Absent("there is no file " + path);
    }
    try {
      return parse(Files.readAllLines(path));
    } catch (IOException e) {
      // Without psi=1 the file is there, and reading it is refused.
      return new SignalReading.Absent("%s cannot be read: %s".formatted(path, e.getMessage()));
    }
  }

  private SignalReading parse(List<String> lines) {
    for (String line : lines) {
      int field = line.indexOf(FIELD);
      if (line.startsWith(LINE) && field > 0) {
        String percent = line.substring(field + FIELD.length()).split(" ", 2)[0];
        return new SignalReading.Share(Double.parseDouble(percent) / PER_CENT);
      }
    }
    throw new IllegalStateException("%s has no line \"%s%s\"".formatted(path, LINE, FIELD));
  }
}
