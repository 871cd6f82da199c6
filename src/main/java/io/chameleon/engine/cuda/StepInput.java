package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.LongFunction;

/**
 * The numbers of a step in one piece of device memory, 4 bytes each. Each {@link Part} has its
 * place there, which never changes, so that a recorded step finds the numbers of each launch. They
 * are written on the host, and all that is to be sent of them is carried over at once; the host's
 * copy is free again when that is done.
 */
final class StepInput {

  /** Parts begin at multiples of so many numbers. */
  private static final int ALIGNMENT = 16;

  private final TorchMemory memory;
  private final DeviceQueue queue;
  private final NumberCarrier carrier;
  private final LongFunction<MemorySegment> hostMemory;
  private final NumberRanges toCarry = new NumberRanges();
  private int size;
  private DeviceTensor device;
  private MemorySegment host;

  /**
   * Makes an empty one; parts are reserved, then it is opened.
   *
   * @param hostMemory gives memory of so many bytes that the device copies from
   */
  StepInput(TorchMemory memory, DeviceQueue queue, LongFunction<MemorySegment> hostMemory) {
    this(memory, queue, NumberCarrier.by(queue), hostMemory);
  }

  /** The same with another way to the device than copies. */
  StepInput(
      TorchMemory memory,
      DeviceQueue queue,
      NumberCarrier carrier,
      LongFunction<MemorySegment> hostMemory) {
    this.memory = memory;
    this.queue = queue;
    this.carrier = carrier;
    this.hostMemory = hostMemory;
    this.host = MemorySegment.NULL;
    this.device = memory.temporary(TorchMemory.Kind.INT32, 1);
  }

  /** Reserves a place for so many numbers. */
  Part reserve(int numbers) {
    Part part = new Part(size, numbers);
    size += (numbers + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return part;
  }

  /** Takes the memory for what was reserved. */
  StepInput open() {
    device.close();
    device = memory.zeros(TorchMemory.Kind.INT32, 1, size);
    host = hostMemory.apply((long) size * Integer.BYTES);
    return this;
  }

  /** Where what is sent is put. */
  DeviceQueue queue() {
    return queue;
  }

  /** Carries what was sent; what follows in the queue finds it on the device. */
  void carry() {
    if (toCarry.size() > 0) {
      carrier.carry(device.address(), host.address(), toCarry);
      toCarry.clear();
    }
  }

  /** Sends everything from the beginning of a part to a number of a later one. */
  void send(Part from, Part to, int numbers) {
    from.send(to.first - from.first + numbers);
  }

  /** All numbers as a tensor. */
  DeviceTensor tensor() {
    return device;
  }

  /** Neighbouring numbers. */
  final class Part {

    private final int first;
    private final int length;

    private Part(int first, int length) {
      this.first = first;
      this.length = length;
    }

    /** Index of its first number among all. */
    int first() {
      return first;
    }

    /** Where it lies on the device. */
    long address() {
      return address(0);
    }

    /** Where its number at an index lies on the device. */
    long address(int index) {
      return device.address() + (long) (first + index) * Integer.BYTES;
    }

    void set(int index, int value) {
      host.setAtIndex(JAVA_INT, first + Objects.checkIndex(index, length), value);
    }

    void set(int index, int a, int b, int c, int d) {
      set(index, a);
      set(index + 1, b);
      set(index + 2, c);
      set(index + 3, d);
    }

    /** Sets two numbers to a double. */
    void set(int index, double value) {
      Objects.checkIndex(index + 1, length);
      host.set(JAVA_DOUBLE, (long) (first + index) * Integer.BYTES, value);
    }

    int get(int index) {
      return host.getAtIndex(JAVA_INT, first + index);
    }

    /** Has its first numbers go to the device with the next {@link StepInput#carry}. */
    void send(int numbers) {
      toCarry.add(first, numbers);
    }
  }
}
