package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.catalogue.AdapterCatalogue.Pending;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Refused;
import io.chameleon.adapter.peft.LlamaAdapters;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A registry of adapters of the tiny Llama over folders that a test writes, and a clock. */
final class CatalogueFixture {

  static final String BASE = "chameleon-demo";
  static final ModelConfig MODEL = LlamaAdapters.model(LlamaAdapters.LLAMA);
  static final DeviceModel DEVICE_MODEL = DeviceModel.float32(MODEL);

  /** What files are dated to when they count as old. */
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  final Path root;
  final Path elsewhere;
  final AdapterRegistry registry;
  Instant now = LONG_AGO.plus(Duration.ofDays(1));
  Optional<String> noRoom = Optional.empty();

  CatalogueFixture(Path temporary) {
    root = directory(temporary.resolve("adapters"));
    elsewhere = directory(temporary.resolve("elsewhere"));
    registry =
        new AdapterRegistry(
            List.of(root), List.of(elsewhere), DEVICE_MODEL, BASE, shape -> noRoom, () -> now);
  }

  /** Copies a good adapter below the watched folder, as if it had been there for long. */
  Path add(String adapter, String name) {
    return old(copy(adapter, root.resolve(name)));
  }

  /** Copies a good adapter. */
  static Path copy(String adapter, Path target) {
    return FixtureFiles.copy(FixtureFiles.fixture(LlamaAdapters.LLAMA + "/" + adapter), target);
  }

  /** Dates every file of a folder back. */
  static Path old(Path folder) {
    date(folder, LONG_AGO);
    return folder;
  }

  /** Dates every regular file of a folder, and the folder; dating a pipe would open it. */
  static void date(Path folder, Instant time) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(CatalogueFixture::isPlain).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(time));
      }
      Files.setLastModifiedTime(folder, FileTime.from(time));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isPlain(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks, and gives what is served then. */
  List<String> look() {
    registry.look();
    return served();
  }

  List<String> served() {
    return registry.catalogue().served().stream().map(AdapterCatalogue.Entry::name).toList();
  }

  AdapterVersion version(String name) {
    return registry.catalogue().version(name).orElseThrow();
  }

  /** Why a name is refused or pending. */
  String reason(String name) {
    return switch (registry.find(name).orElseThrow()) {
      case Refused refused -> refused.reason();
      case Pending pending -> pending.reason();
      default -> "";
    };
  }

  private static Path directory(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
