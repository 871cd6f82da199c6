package io.chameleon.engine.cuda;

import java.lang.foreign.MemorySegment;

/** Host memory as if it were a device's: everything is done at once. */
final class HostQueue implements DeviceQueue {

  @Override
  public void copy(long to, long from, long bytes) {
    at(to, bytes).copyFrom(at(from, bytes));
  }

  @Override
  public void clear(long address, long bytes) {
    at(address, bytes).fill((byte) 0);
  }

  @Override
  public void synchronize() {
    // Nothing is under way.
  }

  private static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }
}
