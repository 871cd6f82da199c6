package io.chameleon.adapter.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reading and the watching threads' work, without threads. */
class BackgroundScanTest {

  private static final long BYTES_PER_SECOND = 1_000;

  @TempDir private Path temporary;

  private final VersionReader files = new VersionReader(CatalogueFixture.MODEL);
  private final Set<String> failing = new HashSet<>();
  private final List<String> read = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private CatalogueFixture fixture;
  private BackgroundScan scan;

  @BeforeEach
  void make() {
    fixture = new CatalogueFixture(temporary);
    scan = new BackgroundScan(fixture.registry, this::read, BYTES_PER_SECOND, pauses::add);
  }

  private void read(AdapterVersion version) throws IOException {
    read.add(version.name());
    if (failing.contains(version.name())) {
      throw new IOException("no answer from the file server");
    }
    files.read(version);
  }

  @Test
  void readNext_unreadVersions_areIdentifiedOnceEach() {
    fixture.add("pattern", "a");
    fixture.add("some-layers", "b");
    fixture.look();
    while (scan.readNext().isPresent()) {
      assertThat(read).hasSizeLessThan(3);
    }

    assertThat(read).containsExactly("a", "b");
    assertThat(fixture.version("a").contentHash()).isPresent();
    assertThat(fixture.version("b").contentHash()).isPresent();
  }

  @Test
  void readNext_rate_isHeldByWaiting() throws IOException {
    Path folder = fixture.add("pattern", "a");
    fixture.look();

    long bytes = Files.size(folder.resolve("adapter_model.safetensors"));
    assertThat(scan.readNext()).hasValue(Duration.ofMillis(bytes));
    assertThat(scan.readNext()).isEmpty();
  }

  @Test
  void readNext_badValues_refuseTheVersion() throws IOException {
    Path weights = fixture.add("pattern", "a").resolve("adapter_model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] = 0x7f;
    bytes[bytes.length - 2] = (byte) 0xc0;
    Files.write(weights, bytes);
    CatalogueFixture.old(weights.getParent());
    fixture.look();
    scan.readNext();

    assertThat(fixture.reason("a")).contains("holds NaN");
    assertThat(scan.readNext()).isEmpty();
  }

  @Test
  void readNext_versionThatCannotBeRead_isServedStillAndTriedAfterTheNextChange() {
    failing.add("a");
    fixture.add("pattern", "a");
    fixture.look();
    scan.readNext();
    assertThat(scan.readNext()).isEqualTo(Optional.empty());
    assertThat(fixture.served()).containsExactly("a");

    failing.clear();
    fixture.add("pattern", "b");
    fixture.look();
    scan.readNext();
    assertThat(read).containsExactly("a", "a");
    assertThat(fixture.version("a").contentHash()).isPresent();
  }

  @Test
  void run_interrupted_ends() {
    fixture.add("pattern", "a");
    fixture.look();
    BackgroundScan interrupted =
        new BackgroundScan(fixture.registry, this::read, BYTES_PER_SECOND, this::interruptIdle);
    interrupted.run();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(read).containsExactly("a");
    assertThat(pauses).hasSize(2);
  }

  private void interruptIdle(Duration pause) throws InterruptedException {
    pauses.add(pause);
    if (pauses.size() == 2) {
      throw new InterruptedException();
    }
  }

  @Test
  void watcher_looksThatFail_doNotEndTheWatch() {
    List<String> looks = new ArrayList<>();
    Runnable look =
        () -> {
          looks.add("look");
          if (looks.size() < 3) {
            throw new IllegalStateException("no luck");
          }
          Thread.currentThread().interrupt();
        };
    new CatalogueWatcher(look, Duration.ofMillis(7), pauses::add).run();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(looks).hasSize(3);
    assertThat(pauses).containsOnly(Duration.ofMillis(7)).hasSize(3);
  }
}
