package io.chameleon.engine.cuda.driver;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A shared library of this process and the functions called in it. */
final class NativeLibrary {

  private static final Path MAPS = Path.of("/proc/self/maps");

  private final String name;
  private final SymbolLookup symbols;

  private NativeLibrary(String name, SymbolLookup symbols) {
    this.name = name;
    this.symbols = symbols;
  }

  /** The library that the system's loader finds by this name, or nothing. */
  static Optional<NativeLibrary> find(String name) {
    try {
      return Optional.of(new NativeLibrary(name, SymbolLookup.libraryLookup(name, Arena.global())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The library by this name, or else one that is loaded already under a longer one: whoever packs
   * libtorch may have renamed it, and it is not always on the loader's path.
   *
   * @param name such as {@code libnvrtc.so.12}
   */
  static Optional<NativeLibrary> findLoaded(String name) {
    return loadedPath(name).map(Path::toString).flatMap(NativeLibrary::find).or(() -> find(name));
  }

  /** Where a library lies that is loaded, by the part of its name before {@code .so}. */
  private static Optional<Path> loadedPath(String name) {
    String stem = Pattern.quote(name.substring(0, name.indexOf(".so")));
    Pattern file = Pattern.compile(stem + "(-[0-9a-f]{8})?\\.so(\\.\\d+)*");
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines
          .filter(line -> line.indexOf('/') >= 0)
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .filter(path -> file.matcher(path.getFileName().toString()).matches())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * A function that returns an {@code int}, mostly a status.
   *
   * @throws CudaException if the library has no such function
   */
  MethodHandle function(String symbol, MemoryLayout... arguments) {
    return handle(symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }

  /** A function of any type. */
  MethodHandle handle(String symbol, FunctionDescriptor type) {
    return symbols
        .find(symbol)
        .map(address -> Linker.nativeLinker().downcallHandle(address, type))
        .orElseThrow(() -> new CudaException("%s has no function %s".formatted(name, symbol)));
  }
}
