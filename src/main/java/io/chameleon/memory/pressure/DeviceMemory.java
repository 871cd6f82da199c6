package io.chameleon.memory.pressure;

/** The port to the device's own count of its memory. */
@FunctionalInterface
public interface DeviceMemory {

  /** Asks the device. */
  DeviceReading read();

  /** What a device says. */
  sealed interface DeviceReading {}

  /**
   * A device that counts.
   *
   * @param totalBytes all that it has
   * @param freeBytes what nobody holds
   * @param ownBytes what this process holds
   */
  record Counted(long totalBytes, long freeBytes, long ownBytes) implements DeviceReading {

    public Counted {
      if (totalBytes <= 0 || freeBytes < 0 || freeBytes > totalBytes || ownBytes < 0) {
        throw new IllegalArgumentException(
            "device memory of %d bytes in all, %d free, %d of this process"
                .formatted(totalBytes, freeBytes, ownBytes));
      }
    }

    /** What other processes hold. */
    public long othersBytes() {
      return Math.max(0, totalBytes - freeBytes - ownBytes);
    }
  }

  /**
   * A device without memory of its own.
   *
   * @param reason why, for people
   */
  record None(String reason) implements DeviceReading {}

  /** The signal over a device. */
  static PressureSignal signal(DeviceMemory device) {
    return new PressureSignal(
        SignalKind.DEVICE_OTHERS,
        () ->
            switch (device.read()) {
              case Counted counted ->
                  new SignalReading.Share((double) counted.othersBytes() / counted.totalBytes());
              case None(String reason) -> new SignalReading.Absent(reason);
            });
  }
}
