package io.chameleon.engine.cuda.driver;

import java.lang.invoke.MethodHandle;

/** Calls that happen seldom, where boxed arguments do not matter. */
final class Call {

  private Call() {}

  /** Calls a function that returns a status. */
  static int status(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** What a handle threw that calls native code, which throws nothing. */
  static IllegalStateException unexpected(Throwable thrown) {
    return new IllegalStateException("a native function could not be called", thrown);
  }
}
