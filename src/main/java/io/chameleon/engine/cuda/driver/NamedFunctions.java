package io.chameleon.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Functions of a library that are called by their names and return a status. Each is looked up when
 * it is first called: to find it and to make a handle takes some fifty microseconds. A function
 * must always be called with arguments of the same types. From any thread.
 */
final class NamedFunctions {

  private static final MethodType SPREAD = MethodType.methodType(int.class, Object[].class);

  private final NativeLibrary library;
  private final Map<String, MethodHandle> handles = new ConcurrentHashMap<>();

  NamedFunctions(NativeLibrary library) {
    this.library = library;
  }

  /**
   * Calls one; segments are passed as addresses.
   *
   * @throws CudaException if the library has no such function
   */
  int call(String symbol, Object... arguments) {
    MethodHandle handle = handles.get(symbol);
    if (handle == null) {
      handle =
          library
              .function(symbol, layouts(arguments))
              .asSpreader(Object[].class, arguments.length)
              .asType(SPREAD);
      handles.put(symbol, handle);
    }
    try {
      return (int) handle.invokeExact(arguments);
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
  }

  private static MemoryLayout[] layouts(Object... arguments) {
    return Arrays.stream(arguments)
        .map(argument ->
            switch (argument) {
              case Integer _ -> JAVA_INT;
              case Long _ -> JAVA_LONG;
              case Byte _ -> JAVA_BYTE;
              case Float _ -> JAVA_FLOAT;
              default -> ADDRESS;
            })
        .toArray(MemoryLayout[]::new);
  }
}
