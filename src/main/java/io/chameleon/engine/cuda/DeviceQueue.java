package io.chameleon.engine.cuda;

/** Work on device memory, done in the order in which it is put in. Addresses are bytes. */
interface DeviceQueue {

  /** Copies between host and device or within the device; host memory stays until it is done. */
  void copy(long to, long from, long bytes);

  /** Fills with zeros. */
  void clear(long address, long bytes);

  /** Waits until everything is done. */
  void synchronize();
}
