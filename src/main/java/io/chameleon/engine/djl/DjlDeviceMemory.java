package io.chameleon.engine.djl;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.chameleon.memory.pressure.DeviceMemory;
import java.lang.management.MemoryUsage;
import java.util.function.LongSupplier;

/** Asks CUDA, through DJL, how full a GPU's memory is; a CPU has no memory of its own. */
public final class DjlDeviceMemory implements DeviceMemory {

  private final Device device;

  private final LongSupplier ownBytes;

  /**
   * Makes the port.
   *
   * @param device the device that the engine computes on
   * @param ownBytes what this process holds of its memory
   */
  public DjlDeviceMemory(Device device, LongSupplier ownBytes) {
    this.device = device;
    this.ownBytes = ownBytes;
  }

  /**
   * Reads it anew.
   *
   * @throws RuntimeException if the device is a GPU and CUDA does not answer
   */
  @Override
  public DeviceReading read() {
    if (!device.isGpu()) {
      return new None(
          "the engine computes on %s, which has no memory of its own".formatted(device));
    }
    MemoryUsage usage = CudaUtils.getGpuMemory(device);
    return new Counted(usage.getMax(), usage.getMax() - usage.getUsed(), ownBytes.getAsLong());
  }
}
