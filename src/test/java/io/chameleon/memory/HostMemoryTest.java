package io.chameleon.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMemoryTest {

  private static final String MEMINFO =
      """
      MemTotal:       24576000 kB
      MemFree:         1048576 kB
      MemAvailable:    8388608 kB
      Buffers:           12345 kB
      """;
  private static final long MACHINE = 8L << 30;

  @TempDir private Path root;

  @Test
  void availableBytes_machineAlone_isMemAvailable() throws IOException {
    write("proc/meminfo", MEMINFO);
    assertThat(available()).isEqualTo(MACHINE);
  }

  @Test
  void availableBytes_cgroup2_isWhatTheLimitLeaves() throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory.max", "2147483648\n");
    write("sys/fs/cgroup/memory.current", "536870912\n");
    assertThat(available()).isEqualTo(3L << 29);
  }

  @Test
  void availableBytes_cgroup2_countsPagesThatTheKernelDropsFirst() throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory.max", "2147483648\n");
    write("sys/fs/cgroup/memory.current", "536870912\n");
    write("sys/fs/cgroup/memory.stat", "anon 1\nfile 400000000\ninactive_file 268435456\n");
    assertThat(available()).isEqualTo((2L << 30) - (1L << 28));
  }

  @Test
  void availableBytes_cgroup2WithoutLimit_isTheMachines() throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory.max", "max\n");
    write("sys/fs/cgroup/memory.current", "536870912\n");
    assertThat(available()).isEqualTo(MACHINE);
  }

  @Test
  void availableBytes_cgroup2LimitAboveTheMachine_isTheMachines() throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory.max", "99999999999999\n");
    write("sys/fs/cgroup/memory.current", "1\n");
    assertThat(available()).isEqualTo(MACHINE);
  }

  @Test
  void availableBytes_cgroup2OverItsLimit_isNothing() throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory.max", "1000\n");
    write("sys/fs/cgroup/memory.current", "2000\n");
    assertThat(available()).isZero();
  }

  @Test
  void availableBytes_cgroup2LimitWithoutUsage_isTheMachines() throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory.max", "1000\n");
    assertThat(available()).isEqualTo(MACHINE);
  }

  @Test
  void availableBytes_cgroup1_isWhatTheLimitLeaves() throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "73741824\n");
    assertThat(available()).isEqualTo(1_000_000_000);
  }

  @Test
  void availableBytes_cgroup1WithoutLimit_isTheMachines() throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "73741824\n");
    assertThat(available()).isEqualTo(MACHINE);
  }

  @Test
  void availableBytes_withoutMeminfo_isWhatJavaMayTake() {
    assertThat(available()).isEqualTo(Runtime.getRuntime().maxMemory());
  }

  @Test
  void availableBytes_meminfoWithoutTheLine_throwsNamingTheFile() throws IOException {
    write("proc/meminfo", "MemTotal: 5 kB\n");
    assertThatThrownBy(this::available)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("meminfo has no line MemAvailable");
  }

  @Test
  void availableBytes_ofThisMachine_isPositive() {
    HostMemory memory = new HostMemory();
    assertThat(memory.availableBytes()).isPositive();
    assertThat(memory.limitBytes().orElseThrow()).isGreaterThanOrEqualTo(memory.availableBytes());
    assertThat(memory.takenShare().orElseThrow()).isBetween(0.0, 1.0);
  }

  @Test
  void takenShare_machineAlone_isOfAllThatItHas() throws IOException {
    write("proc/meminfo", MEMINFO);
    assertThat(takenShare()).isCloseTo(1 - 8388608.0 / 24576000, within(1e-9));
    assertThat(new HostMemory(root).limitBytes()).hasValue(24576000L << 10);
  }

  @Test
  void takenShare_cgroup2TighterThanTheMachine_isOfItsLimitWithoutWhatTheKernelDrops()
      throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory.max", "1000\n");
    write("sys/fs/cgroup/memory.current", "900\n");
    write("sys/fs/cgroup/memory.stat", "inactive_file 100\n");
    assertThat(takenShare()).isCloseTo(0.8, within(1e-9));
    assertThat(new HostMemory(root).limitBytes()).hasValue(1000);
  }

  @Test
  void takenShare_machineTighterThanTheCgroup_isTheMachines() throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "73741824\n");
    assertThat(takenShare()).isCloseTo(1 - 8388608.0 / 24576000, within(1e-9));
  }

  @Test
  void takenShare_cgroup2OverItsLimit_isOne() throws IOException {
    write("proc/meminfo", MEMINFO);
    write("sys/fs/cgroup/memory.max", "1000\n");
    write("sys/fs/cgroup/memory.current", "2000\n");
    assertThat(takenShare()).isEqualTo(1);
  }

  @Test
  void takenShare_whereNothingTells_isAbsent() {
    assertThat(new HostMemory(root).takenShare()).isEmpty();
    assertThat(new HostMemory(root).limitBytes()).isEmpty();
  }

  private double takenShare() {
    return new HostMemory(root).takenShare().orElseThrow();
  }

  private long available() {
    return new HostMemory(root).availableBytes();
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
