package io.chameleon.engine.djl;

import ai.djl.pytorch.jni.JniUtils;
import java.nio.file.Path;

/** libtorch's own profiler: what operators ran on this thread, and for how long. */
public final class OperatorTrace {

  private OperatorTrace() {}

  /**
   * Records the operators that some work runs on this thread. Recording slows short ones down.
   *
   * @param file where the trace goes, in Chrome's format
   */
  public static void record(Runnable work, Path file) {
    JniUtils.startProfile(false, false, false);
    try {
      work.run();
    } finally {
      JniUtils.stopProfile(file.toString());
    }
  }
}
