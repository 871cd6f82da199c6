package io.chameleon.memory.pressure;

/**
 * Which memory a signal is about. Each cache follows the signals of the memory that it lies in: a
 * full arena is no reason to drop adapters from host memory, which would be the next to be asked.
 */
public enum PressureScope {
  /** The arena: KV and adapters on the device, in cells. */
  ARENA,
  /** The memory of the machine, or of the cgroup that this process is in. */
  HOST,
  /** The memory of the device. */
  DEVICE
}
