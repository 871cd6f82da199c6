package io.chameleon.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions of CUDA's driver that the engine calls. Addresses on the device and handles are
 * numbers. A call that fails throws {@link CudaException}, and {@link CudaOutOfMemoryException}
 * where memory is what lacks.
 *
 * @see <a href="https://docs.nvidia.com/cuda/cuda-driver-api/">CUDA Driver API</a>
 */
public final class CudaDriver {

  private static final Logger log = LoggerFactory.getLogger(CudaDriver.class);

  private static final int SUCCESS = 0;
  private static final int OUT_OF_MEMORY = 2;
  private static final int NOT_READY = 600;

  /** Whether the library is there, found out once. */
  private static final class Holder {
    private static final Optional<CudaDriver> DRIVER = open();
  }

  private final MethodHandle errorName;
  private final MethodHandle memcpyAsync;
  private final MethodHandle launchKernel;
  private final MethodHandle graphLaunch;
  private final MethodHandle streamSynchronize;
  private final MethodHandle streamWaitEvent;
  private final MethodHandle eventRecord;
  private final MethodHandle eventSynchronize;
  private final MethodHandle eventQuery;
  private final NativeLibrary library;
  private final NamedFunctions functions;

  private CudaDriver(NativeLibrary library) {
    this.library = library;
    this.functions = new NamedFunctions(library);
    this.errorName = library.function("cuGetErrorName", JAVA_INT, ADDRESS);
    this.memcpyAsync =
        library.function("cuMemcpyAsync", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    this.launchKernel = library.function("cuLaunchKernelEx", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    this.graphLaunch = library.function("cuGraphLaunch", ADDRESS, JAVA_LONG);
    this.streamSynchronize = library.function("cuStreamSynchronize", JAVA_LONG);
    this.streamWaitEvent = library.function("cuStreamWaitEvent", JAVA_LONG, ADDRESS, JAVA_INT);
    this.eventRecord = library.function("cuEventRecord", ADDRESS, JAVA_LONG);
    this.eventSynchronize = library.function("cuEventSynchronize", ADDRESS);
    this.eventQuery = library.function("cuEventQuery", ADDRESS);
  }

  /** The driver, or nothing where it is not installed or finds no device. */
  public static Optional<CudaDriver> find() {
    return Holder.DRIVER;
  }

  private static Optional<CudaDriver> open() {
    try {
      return NativeLibrary.find("libcuda.so.1").flatMap(CudaDriver::initialised);
    } catch (CudaException e) {
      log.warn("The CUDA driver that is installed is not used: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<CudaDriver> initialised(NativeLibrary library) {
    if (Call.status(library.function("cuInit", JAVA_INT), 0) != SUCCESS) {
      return Optional.empty();
    }
    CudaDriver driver = new CudaDriver(library);
    return driver.number("cuDeviceGetCount") > 0 ? Optional.of(driver) : Optional.empty();
  }

  /** Throws if a call has failed. */
  void check(int status, String what) {
    if (status == OUT_OF_MEMORY) {
      throw new CudaOutOfMemoryException(what + " failed: the device is out of memory");
    }
    if (status != SUCCESS) {
      throw new CudaException("%s failed: %s (%d)".formatted(what, nameOf(status), status));
    }
  }

  private String nameOf(int status) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ADDRESS);
      return Call.status(errorName, status, text) == SUCCESS
          ? text.get(ADDRESS, 0).reinterpret(Integer.MAX_VALUE).getString(0)
          : "unknown error";
    }
  }

  /** The library, for what belongs to one class alone. */
  NativeLibrary library() {
    return library;
  }

  /** Calls a function whose first argument is where it puts a number of 4 bytes. */
  int number(String symbol, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_INT);
      call(symbol, result, arguments);
      return result.get(JAVA_INT, 0);
    }
  }

  /** Calls a function whose first argument is where it puts a handle or an address. */
  long made(String symbol, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_LONG);
      call(symbol, result, arguments);
      return result.get(JAVA_LONG, 0);
    }
  }

  /** Calls a function by name; segments are passed as addresses. */
  void call(String symbol, MemorySegment first, Object... rest) {
    Object[] all = new Object[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    callAll(symbol, all);
  }

  /** Calls a function by name. */
  void callAll(String symbol, Object... arguments) {
    check(functions.call(symbol, arguments), symbol);
  }

  /** Copies between host and device, or within the device, in the order of the stream. */
  public void copyAsync(long to, long from, long bytes, CudaStream stream) {
    try {
      check((int) memcpyAsync.invokeExact(to, from, bytes, stream.handle()), "cuMemcpyAsync");
    } catch (CudaException e) {
      throw e;
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
  }

  /** Fills device memory with zeros, in the order of the stream. */
  public void clearAsync(long address, long bytes, CudaStream stream) {
    callAll("cuMemsetD8Async", address, (byte) 0, bytes, stream.handle());
  }

  void launch(MemorySegment config, MemorySegment function, MemorySegment parameters) {
    int status;
    try {
      status = (int) launchKernel.invokeExact(config, function, parameters, MemorySegment.NULL);
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
    check(status, "cuLaunchKernelEx");
  }

  void launchGraph(MemorySegment graph, CudaStream stream) {
    int status;
    try {
      status = (int) graphLaunch.invokeExact(graph, stream.handle());
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
    check(status, "cuGraphLaunch");
  }

  void synchronize(CudaStream stream) {
    int status;
    try {
      status = (int) streamSynchronize.invokeExact(stream.handle());
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
    check(status, "cuStreamSynchronize");
  }

  void await(CudaStream stream, MemorySegment event) {
    int status;
    try {
      status = (int) streamWaitEvent.invokeExact(stream.handle(), event, 0);
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
    check(status, "cuStreamWaitEvent");
  }

  void record(MemorySegment event, CudaStream stream) {
    int status;
    try {
      status = (int) eventRecord.invokeExact(event, stream.handle());
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
    check(status, "cuEventRecord");
  }

  void synchronize(MemorySegment event) {
    int status;
    try {
      status = (int) eventSynchronize.invokeExact(event);
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
    check(status, "cuEventSynchronize");
  }

  boolean isDone(MemorySegment event) {
    int status;
    try {
      status = (int) eventQuery.invokeExact(event);
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
    if (status != NOT_READY) {
      check(status, "cuEventQuery");
    }
    return status == SUCCESS;
  }
}
