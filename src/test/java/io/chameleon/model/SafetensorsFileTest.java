package io.chameleon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.chameleon.fixtures.Allocations;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {

  private static final String GOOD =
      "{\"__metadata__\":{\"format\":\"pt\"},"
          + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
          + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[16,20]}}";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("weights.safetensors");
  }

  @Test
  void open_goodFile_mapsTensors() {
    byte[] data = new byte[20];
    data[16] = 7;
    SafetensorsWriter.write(file, GOOD + "  ", data);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(opened.tensors()).containsOnlyKeys("a", "b");
      TensorView a = opened.tensor("a").orElseThrow();
      assertThat(a.type()).isEqualTo(ElementType.F32);
      assertThat(a.hasShape(2, 2)).isTrue();
      assertThat(a.elements()).isEqualTo(4);
      TensorView b = opened.tensor("b").orElseThrow();
      assertThat(b.bytes().byteSize()).isEqualTo(4);
      assertThat(b.bytes().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
      assertThat(opened.tensor("c")).isEmpty();
    }
  }

  @Test
  void close_twice_isHarmless() {
    SafetensorsWriter.write(file, GOOD, new byte[20]);
    SafetensorsFile opened = SafetensorsFile.open(file);
    opened.close();
    opened.close();
    assertThatThrownBy(() -> opened.bytes().get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'F32'|'I64'|dtype I64; supported are [BF16, F16, F32]",
        "[2,2]|[2,3]|holds 16 bytes; its shape [2, 3] of F32 asks for 24",
        "[2,2]|[4611686018427387904,4]|which is too large",
        "[2,2]|[-1,4]|holds -1",
        "[2,2]|[2.0,2]|VALUE_NUMBER_FLOAT",
        "[2,2]|[99999999999999999999,2]|header is not valid",
        "[2,2]|[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4]|at most 16 values",
        "[0,16]|[0,16,20]|lies at [0, 16, 20]",
        "[0,16]|[16,0]|lies at [16, 0]",
        "[16,20]|[17,21]|the data is 20 bytes long",
        "[16,20]|[12,16]|tensors overlap or leave a hole",
        "'shape':[2,2],|~~|lacks dtype, shape or data_offsets",
        "'shape'|'stride'|unknown field stride",
        "'b'|'a'|Duplicate",
        "'pt'|1|__metadata__ is VALUE_NUMBER_INT",
        "}}|}}{}|follows the header",
        "}}|}|header is not valid",
        "'a':{|'a':[{|a is START_ARRAY where START_OBJECT was expected",
      })
  void open_badHeader_isRefused(String from, String to, String message) {
    String header = GOOD.replace(from.replace('\'', '"'), to.replace('\'', '"'));
    assertThat(header).isNotEqualTo(GOOD);
    SafetensorsWriter.write(file, header, new byte[20]);
    assertRefused(message);
  }

  @Test
  void open_dataLongerThanTensors_isRefused() {
    SafetensorsWriter.write(file, GOOD, new byte[21]);
    assertRefused("tensors end at 20 but the data is 21 bytes long");
  }

  @Test
  void open_truncatedData_isRefused() {
    SafetensorsWriter.write(file, GOOD, new byte[19]);
    assertRefused("tensor b lies at [16, 20]; the data is 19 bytes long");
  }

  @Test
  void open_emptyFile_isRefused() throws IOException {
    Files.createFile(file);
    assertRefused("weights.safetensors: 0 bytes long");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 3, 100_000_001})
  void open_lyingHeaderLength_isRefused(long length) {
    SafetensorsWriter.write(file, length, new byte[] {'{', '}'}, new byte[0]);
    assertRefused("header length " + Long.toUnsignedString(length) + "; the limit is 2");
  }

  @Test
  void open_headerOfTheWholeSparseFile_isRefusedWithoutMemory() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      sparse.write(length.putLong(SafetensorsFile.MAX_HEADER_BYTES).array());
      sparse.write("{\"a\":{\"dtype\":\"".getBytes(StandardCharsets.US_ASCII));
      sparse.setLength(200_000_000);
    }
    long allocated = Allocations.during(() -> assertRefused("header is not valid"));
    assertThat(allocated).isLessThan(4_000_000);
  }

  @Test
  void open_fileOverTwoGibibytes_mapsItsEnd() throws IOException {
    long size = 3L << 30;
    String header =
        "{\"big\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(size / 4, size);
    SafetensorsWriter.write(file, header, new byte[0]);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(8 + header.length() + size);
      sparse.seek(sparse.length() - 4);
      sparse.write(new byte[] {0, 0, (byte) 0x80, 0x3f});
    }
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      float[] last = new float[1];
      TensorReader.read(opened.tensor("big").orElseThrow(), size / 4 - 1, last, 0, 1);
      assertThat(last).containsExactly(1f);
    }
  }

  @Test
  void open_invalidUtf8_isRefused() {
    byte[] header = GOOD.getBytes(StandardCharsets.ISO_8859_1);
    header[header.length - 60] = (byte) 0xff;
    SafetensorsWriter.write(file, header.length, header, new byte[20]);
    assertRefused("header is not valid");
  }

  @Test
  void open_utf16Header_isRefused() {
    byte[] header = GOOD.getBytes(StandardCharsets.UTF_16LE);
    SafetensorsWriter.write(file, header.length, header, new byte[20]);
    assertRefused("header is not valid");
  }

  @Test
  void open_deepHeader_isRefused() {
    SafetensorsWriter.write(file, "{\"a\":" + "[".repeat(100_000), new byte[0]);
    assertRefused("a is START_ARRAY where START_OBJECT was expected");
  }

  @Test
  void open_lfsPointer_saysSo() {
    FixtureFiles.write(file, "version https://git-lfs.github.com/spec/v1\noid sha256:00\n");
    assertRefused("Git LFS pointer");
  }

  @Test
  void open_folder_isRefused() throws IOException {
    Files.createDirectory(file);
    assertRefused("not a regular file");
  }

  @Test
  void open_missingFile_isRefused() {
    assertRefused("no such file");
  }

  @Test
  @Timeout(20)
  void open_pipe_isRefusedWithoutWaiting() throws IOException, InterruptedException {
    assumeThat(Path.of("/usr/bin/mkfifo")).exists();
    Process process = new ProcessBuilder("/usr/bin/mkfifo", file.toString()).start();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertRefused("not a regular file");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("weights.safetensors: ")
        .hasMessageContaining(message);
  }
}
