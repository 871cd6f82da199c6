package io.chameleon.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * CUDA's run-time compiler, which libtorch brings along.
 *
 * @see <a href="https://docs.nvidia.com/cuda/nvrtc/">NVRTC</a>
 */
public final class Nvrtc {

  private static final List<String> NAMES = List.of("libnvrtc.so.12", "libnvrtc.so.13");

  private final NamedFunctions functions;

  private Nvrtc(NativeLibrary library) {
    this.functions = new NamedFunctions(library);
  }

  /** The compiler, or nothing where there is none. */
  public static Optional<Nvrtc> find() {
    return NAMES.stream()
        .flatMap(name -> NativeLibrary.findLoaded(name).stream())
        .findFirst()
        .map(Nvrtc::new);
  }

  /** The version, such as 12.6. */
  public String version() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(JAVA_INT, 2);
      check("nvrtcVersion", both, both.asSlice(Integer.BYTES));
      return both.getAtIndex(JAVA_INT, 0) + "." + both.getAtIndex(JAVA_INT, 1);
    }
  }

  /**
   * Compiles a program to machine code.
   *
   * @param name of the program, for messages
   * @param options such as {@code --gpu-architecture=sm_90}, which must name a real architecture
   * @throws CudaException with the compiler's messages if it does not compile
   */
  public byte[] compile(String source, String name, List<String> options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment program = arena.allocate(ADDRESS);
      MemorySegment none = MemorySegment.NULL;
      check(
          "nvrtcCreateProgram",
          program,
          arena.allocateFrom(source),
          arena.allocateFrom(name),
          0,
          none,
          none);
      MemorySegment handle = program.get(ADDRESS, 0);
      try {
        compile(handle, name, options, arena);
        return bytes(handle, "nvrtcGetCUBINSize", "nvrtcGetCUBIN", arena);
      } finally {
        check("nvrtcDestroyProgram", program);
      }
    }
  }

  private void compile(MemorySegment program, String name, List<String> options, Arena arena) {
    MemorySegment texts = arena.allocate(ADDRESS, Math.max(1, options.size()));
    for (int i = 0; i < options.size(); i++) {
      texts.setAtIndex(ADDRESS, i, arena.allocateFrom(options.get(i)));
    }
    int status = functions.call("nvrtcCompileProgram", program, options.size(), texts);
    if (status != 0) {
      byte[] log = bytes(program, "nvrtcGetProgramLogSize", "nvrtcGetProgramLog", arena);
      throw new CudaException(
          "%s does not compile (%d)%n%s"
              .formatted(name, status, new String(log, StandardCharsets.UTF_8).strip()));
    }
  }

  private byte[] bytes(MemorySegment program, String sizeOf, String get, Arena arena) {
    MemorySegment size = arena.allocate(JAVA_LONG);
    check(sizeOf, program, size);
    MemorySegment bytes = arena.allocate(size.get(JAVA_LONG, 0));
    check(get, program, bytes);
    return bytes.toArray(JAVA_BYTE);
  }

  private void check(String symbol, Object... arguments) {
    int status = functions.call(symbol, arguments);
    if (status != 0) {
      throw new CudaException("%s failed (%d)".formatted(symbol, status));
    }
  }
}
