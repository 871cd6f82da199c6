package io.chameleon.memory.pressure;

import io.chameleon.memory.HostMemory;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The signals that the system and Java's virtual machine give. */
public final class HostSignals {

  private HostSignals() {}

  /**
   * All of them.
   *
   * @param root where {@code proc} and {@code sys} lie: {@code /}
   * @param jvm the virtual machine's own memory
   */
  public static List<PressureSignal> all(Path root, JvmMemory jvm) {
    HostMemory host = new HostMemory(root);
    StallFile machine = new StallFile(root.resolve("proc/pressure/memory"));
    StallFile cgroup = new StallFile(root.resolve("sys/fs/cgroup/memory.pressure"));
    return List.of(
        new PressureSignal(SignalKind.HEAP, () -> heap(jvm)),
        new PressureSignal(SignalKind.DIRECT_BUFFERS, () -> direct(jvm)),
        new PressureSignal(SignalKind.MAPPED_BUFFERS, () -> mapped(jvm, host)),
        new PressureSignal(SignalKind.HOST_MEMORY, () -> memory(host)),
        new PressureSignal(SignalKind.MACHINE_STALL, machine::read),
        new PressureSignal(SignalKind.CGROUP_STALL, cgroup::read));
  }

  private static SignalReading heap(JvmMemory jvm) {
    return SignalReading.of(
        jvm.heapAfterCollectionBytes(), jvm.heapLimitBytes(), "the heap has no maximum");
  }

  private static SignalReading direct(JvmMemory jvm) {
    return SignalReading.of(
        jvm.directBufferBytes(), jvm.directBufferLimitBytes(), "direct buffers have no maximum");
  }

  private static SignalReading mapped(JvmMemory jvm, HostMemory host) {
    OptionalLong limit = host.limitBytes();
    return SignalReading.of(
        jvm.mappedBufferBytes(), limit.orElse(0), "the system does not tell its memory");
  }

  private static SignalReading memory(HostMemory host) {
    return SignalReading.of(host.takenShare(), "the system does not tell its memory");
  }
}
