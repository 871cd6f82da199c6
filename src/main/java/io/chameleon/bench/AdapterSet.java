package io.chameleon.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Generated adapters in a folder: one that stays, and is taken as it is the next time, or one that
 * is deleted when this is closed.
 */
final class AdapterSet implements AutoCloseable {

  /** Written last; says what the folder was made of. */
  private static final String MADE_OF = "made-of.txt";

  private final Path folder;

  private final List<AdapterGenerator.Generated> adapters;

  private final @Nullable TemporaryFolder temporary;

  private AdapterSet(
      Path folder, List<AdapterGenerator.Generated> adapters, @Nullable TemporaryFolder temporary) {
    this.folder = folder;
    this.adapters = adapters;
    this.temporary = temporary;
  }

  /**
   * Makes them, unless they lie there.
   *
   * @param options where, and of which seed
   * @param model that they fit
   * @param name of the set, which tells it from others of the same place
   * @param print who is told how long it took
   * @param ranks one for each
   */
  static AdapterSet make(
      LiveOptions options, ProofModel model, String name, PrintStream print, int... ranks) {
    AdapterGenerator generator =
        new AdapterGenerator(model.config(), AdapterGenerator.ATTENTION, options.seed());
    if (options.adapters().isEmpty()) {
      TemporaryFolder temporary = TemporaryFolder.in(options.out(), "live-adapters-");
      return new AdapterSet(
          temporary.path(), written(generator, temporary.path(), print, ranks), temporary);
    }
    Path folder = Path.of(options.adapters()).resolve(name).toAbsolutePath();
    String madeOf =
        "model %s, seed %d, ranks %s%n"
            .formatted(model.config(), options.seed(), Arrays.toString(ranks));
    try {
      Path note = folder.resolve(MADE_OF);
      if (Files.exists(note) && Files.readString(note).equals(madeOf)) {
        return new AdapterSet(folder, AdapterGenerator.named(ranks), null);
      }
      Files.deleteIfExists(note);
      List<AdapterGenerator.Generated> adapters = written(generator, folder, print, ranks);
      Files.writeString(note, madeOf);
      return new AdapterSet(folder, adapters, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<AdapterGenerator.Generated> written(
      AdapterGenerator generator, Path folder, PrintStream print, int... ranks) {
    long start = System.nanoTime();
    List<AdapterGenerator.Generated> adapters = generator.write(folder, ranks);
    print.println(
        String.format(
            Locale.ROOT,
            "made     %d adapters, %.1f GB, in %.1f s",
            ranks.length,
            IntStream.of(ranks).sum() * generator.elementsPerRank() * Short.BYTES / 1e9,
            (System.nanoTime() - start) / 1e9));
    return adapters;
  }

  Path folder() {
    return folder;
  }

  /** By their numbers. */
  List<AdapterGenerator.Generated> adapters() {
    return adapters;
  }

  @Override
  public void close() {
    if (temporary != null) {
      temporary.close();
    }
  }
}
