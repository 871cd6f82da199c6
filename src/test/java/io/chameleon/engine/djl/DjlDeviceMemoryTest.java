package io.chameleon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.chameleon.memory.pressure.DeviceMemory;
import io.chameleon.memory.pressure.SignalReading;
import org.junit.jupiter.api.Test;

class DjlDeviceMemoryTest {

  @Test
  void signal_ofACpu_isAbsentWithTheReason() {
    DeviceMemory cpu = new DjlDeviceMemory(Device.cpu(), () -> 0);

    assertThat(DeviceMemory.signal(cpu).source().get())
        .isEqualTo(
            new SignalReading.Absent(
                "the engine computes on cpu(), which has no memory of its own"));
  }

  @Test
  void read_ofAGpuThatIsNotThere_throws() {
    assumeFalse(CudaUtils.hasCuda());
    DeviceMemory gpu = new DjlDeviceMemory(Device.gpu(), () -> 0);

    assertThatThrownBy(gpu::read).hasMessageContaining("No GPU device detected");
  }

  @Test
  void read_ofAGpu_countsItsMemory() {
    assumeTrue(CudaUtils.hasCuda());
    DeviceMemory gpu = new DjlDeviceMemory(Device.gpu(), () -> 0);

    assertThat(gpu.read())
        .isInstanceOfSatisfying(
            DeviceMemory.Counted.class,
            counted -> assertThat(counted.totalBytes()).isGreaterThan(1L << 30));
  }
}
