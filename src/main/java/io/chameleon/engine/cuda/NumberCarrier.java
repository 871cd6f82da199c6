package io.chameleon.engine.cuda;

/** Brings numbers of a step from the host to the device, behind what is in the queue. */
interface NumberCarrier {

  /**
   * Puts that into the queue; the host's numbers stay until it is done.
   *
   * @param to address of all numbers on the device
   * @param from address of all on the host
   * @param ranges those to bring
   */
  void carry(long to, long from, NumberRanges ranges);

  /** By copies of the queue, one for each range. */
  static NumberCarrier by(DeviceQueue queue) {
    return (to, from, ranges) -> {
      for (int i = 0; i < ranges.size(); i++) {
        long at = (long) ranges.first(i) * Integer.BYTES;
        queue.copy(to + at, from + at, (long) ranges.count(i) * Integer.BYTES);
      }
    };
  }
}
