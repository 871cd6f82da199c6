package io.chameleon.memory.pressure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine, a virtual machine, a device, an arena and a host tier that tests fill: everything that
 * signals read, each of {@value #WHOLE} bytes.
 */
final class FakePlatform {

  static final long WHOLE = 1_000_000;

  private final Path root;

  private long heap;
  private long direct;
  private long mapped;
  private long deviceOthers;
  private long arenaKv;
  private long arenaPredicted;

  /** What the host tier holds, and may hold. */
  long tierWeight;

  long tierMaximum = WHOLE;

  FakePlatform(Path root) {
    this.root = root;
    for (SignalKind kind : SignalKind.values()) {
      fill(kind, 0);
    }
  }

  /** Sets what one signal reads. */
  void fill(SignalKind kind, double share) {
    long part = Math.round(share * WHOLE);
    switch (kind) {
      case ARENA_KV -> arenaKv = part;
      case ARENA_PREDICTED -> arenaPredicted = part;
      case HEAP -> heap = part;
      case DIRECT_BUFFERS -> direct = part;
      case MAPPED_BUFFERS -> mapped = part;
      case HOST_TIER -> tierWeight = part;
      case HOST_MEMORY -> {
        write("proc/meminfo", "MemTotal: %d kB%nMemAvailable: %d kB%n".formatted(WHOLE, WHOLE));
        write("sys/fs/cgroup/memory.max", "%d%n".formatted(WHOLE));
        write("sys/fs/cgroup/memory.current", "%d%n".formatted(part));
      }
      case MACHINE_STALL ->
          write("proc/pressure/memory", "some avg10=" + share * 100 + " avg60=0.00\n");
      case CGROUP_STALL ->
          write("sys/fs/cgroup/memory.pressure", "some avg10=" + share * 100 + " avg60=0.00\n");
      case DEVICE_OTHERS -> deviceOthers = part;
    }
  }

  List<PressureSignal> signals() {
    List<PressureSignal> all = new ArrayList<>(HostSignals.all(root, jvm()));
    all.add(
        new PressureSignal(
            SignalKind.ARENA_KV, () -> SignalReading.of(arenaKv, WHOLE, "no arena")));
    all.add(
        new PressureSignal(
            SignalKind.ARENA_PREDICTED, () -> SignalReading.of(arenaPredicted, WHOLE, "no arena")));
    all.add(tier().signal());
    long own = WHOLE / 4;
    all.add(
        DeviceMemory.signal(
            () -> new DeviceMemory.Counted(WHOLE, WHOLE - own - deviceOthers, own)));
    return all;
  }

  JvmMemory jvm() {
    return new Jvm();
  }

  HostTierGauge tier() {
    return new HostTierGauge(() -> tierWeight, () -> tierMaximum, () -> WHOLE);
  }

  private void write(String file, String text) {
    Path path = root.resolve(file);
    try {
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Jvm implements JvmMemory {

    @Override
    public long heapAfterCollectionBytes() {
      return heap;
    }

    @Override
    public long heapLimitBytes() {
      return WHOLE;
    }

    @Override
    public long directBufferBytes() {
      return direct;
    }

    @Override
    public long directBufferLimitBytes() {
      return WHOLE;
    }

    @Override
    public long mappedBufferBytes() {
      return mapped;
    }
  }
}
