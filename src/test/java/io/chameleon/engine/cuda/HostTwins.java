package io.chameleon.engine.cuda;

import io.chameleon.engine.djl.TorchProgram;

/**
 * The twins on the host, and memory there, for tests of what is written before any kernel runs.
 *
 * @param program the twins
 * @param memory the host's
 */
record HostTwins(TorchProgram program, TorchMemory memory) implements AutoCloseable {

  private static final int HOST = -1;

  static HostTwins open() {
    TorchProgram program = TorchProgram.load("cuda_decoder.py", "Twins", HOST);
    return new HostTwins(program, new TorchMemory(program, HOST));
  }

  @Override
  public void close() {
    memory.close();
    program.close();
  }
}
