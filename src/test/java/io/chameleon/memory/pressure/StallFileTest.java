package io.chameleon.memory.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StallFileTest {

  @TempDir private Path folder;

  @Test
  void read_kernelsText_isTheShareOfSomeInTenSeconds() throws IOException {
    Path file = folder.resolve("memory");
    Files.writeString(
        file,
        """
        some avg10=12.34 avg60=5.00 avg300=1.00 total=12345
        full avg10=99.00 avg60=99.00 avg300=99.00 total=12
        """);

    assertThat(new StallFile(file).read()).isEqualTo(new SignalReading.Share(12.34 / 100));
  }

  @Test
  void read_noFile_isAbsentNamingIt() {
    Path file = folder.resolve("memory");

    assertThat(new StallFile(file).read())
        .isEqualTo(new SignalReading.Absent("there is no file " + file));
  }

  @Test
  void read_unreadable_isAbsentNamingIt() {
    assertThat(new StallFile(folder).read())
        .isInstanceOfSatisfying(
            SignalReading.Absent.class,
            absent -> assertThat(absent.reason()).startsWith(folder + " cannot be read: "));
  }

  @Test
  void read_otherText_throwsNamingTheLine() throws IOException {
    Path file = Files.writeString(folder.resolve("memory"), "full avg10=1.00\n");

    assertThatThrownBy(() -> new StallFile(file).read())
        .hasMessage(file + " has no line \"some avg10=\"");
  }
}
