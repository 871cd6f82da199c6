package io.chameleon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.FixtureFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoModelTest {

  @TempDir Path cache;

  /** Also shows that the build's resource filtering left the binaries alone. */
  @Test
  void index_namesEveryResourceWithItsHash() throws IOException {
    Path root = FixtureFiles.resource("/demo-model");
    Set<String> expected = new TreeSet<>();
    for (DemoIndex.Entry entry : DemoIndex.load().entries()) {
      try (InputStream in = DemoModel.resource(entry.path())) {
        byte[] bytes = in.readAllBytes();
        assertThat(bytes.length).as(entry.path()).isEqualTo((int) entry.size());
        assertThat(Sha256.hex(bytes)).as(entry.path()).isEqualTo(entry.sha256());
      }
      expected.add(entry.path());
    }
    try (Stream<Path> files = Files.walk(root)) {
      Set<String> found =
          files
              .filter(Files::isRegularFile)
              .map(file -> root.relativize(file).toString())
              .filter(path -> !path.equals("index.txt"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void unpack_emptyCache_givesAWorkingModel() throws IOException {
    DemoModel.Unpacked demo = new DemoModel(cache.resolve("new/deep")).unpack();
    try (Checkpoint checkpoint = Checkpoint.open(demo.base());
        Stream<Path> adapters = Files.list(demo.adapters())) {
      assertThat(checkpoint.config().layers()).isEqualTo(8);
      assertThat(adapters).hasSize(26);
    }
    assertThat(demo.base().getParent().resolve("LICENSES.md")).exists();
  }

  @Test
  void unpack_again_leavesFilesAlone() throws IOException {
    Path file = new DemoModel(cache).unpack().base().resolve("config.json");
    Object key = Files.readAttributes(file, "unix:ino").get("ino");
    new DemoModel(cache).unpack();
    assertThat(Files.readAttributes(file, "unix:ino").get("ino")).isEqualTo(key);
  }

  @Test
  void unpack_damagedCache_isMadeAnew() throws IOException {
    DemoModel.Unpacked demo = new DemoModel(cache).unpack();
    Path missing = demo.adapters().resolve("sql/adapter_model.safetensors");
    Path shortened = demo.base().resolve("tokenizer.json");
    Files.delete(missing);
    Files.writeString(shortened, "{}");
    Path leftover = Files.createDirectory(cache.resolve(".unpacking-123"));
    Files.writeString(leftover.resolve("half"), "x");
    new DemoModel(cache).unpack();
    assertThat(missing).hasSize(3_488_008);
    assertThat(shortened).hasSize(263_064);
    assertOneFolder();
  }

  @Test
  void unpack_twoProcessesAtOnce_bothSucceed() throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Unpacking.class.getName(),
                  cache.toString())
              .redirectErrorStream(true)
              .start());
    }
    for (Process process : processes) {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
    }
    assertOneFolder();
  }

  /** Unpacks in a process of its own, on two threads. */
  static final class Unpacking {
    public static void main(String[] arguments) throws InterruptedException {
      Path cache = Path.of(arguments[0]);
      Thread second = Thread.ofPlatform().start(() -> new DemoModel(cache).unpack());
      DemoModel.Unpacked demo = new DemoModel(cache).unpack();
      second.join();
      Checkpoint.open(demo.base()).close();
    }
  }

  @Test
  void unpack_unwritableCache_saysWhere() throws IOException {
    Path file = Files.createFile(cache.resolve("file"));
    assertThatThrownBy(() -> new DemoModel(file).unpack())
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("file: the demo model cannot be unpacked here");
  }

  @Test
  void inDefaultCache_wholeCopyUnderHomeThatCannotBeWritten_isTaken() throws IOException {
    Path home = Files.createDirectories(cache.resolve("home"));
    Path temporary = Files.createDirectories(cache.resolve("tmp"));
    Path unpacked = new DemoModel(home.resolve(".cache").resolve("chameleon")).unpack().base();

    assertThat(DemoModel.inDefaultCache(home, temporary).unpack().base()).isEqualTo(unpacked);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void defaultCache_unusableHome_isTemporary() throws IOException {
    Path file = Files.createFile(cache.resolve("file"));
    assertThat(DemoModel.defaultCache(file, cache).getParent()).isEqualTo(cache);
    assertThat(DemoModel.defaultCache(cache, file))
        .isEqualTo(cache.resolve(".cache").resolve("chameleon"));
  }

  private void assertOneFolder() throws IOException {
    try (Stream<Path> entries = Files.list(cache)) {
      assertThat(entries.filter(Files::isDirectory))
          .singleElement()
          .satisfies(folder -> assertThat(DemoIndex.load().isIntact(folder)).isTrue());
    }
  }
}
