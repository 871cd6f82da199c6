package io.chameleon.actuator;

import java.util.List;
import java.util.Map;

/**
 * The catalogue as JSON.
 *
 * @param served how many are served
 * @param refused how many are refused
 * @param summary of all adapters
 * @param matching how many match the filter
 * @param offset of these, how many are left out first
 * @param adapters those that follow, by name
 */
public record AdaptersDescriptor(
    int served,
    int refused,
    Summary summary,
    int matching,
    int offset,
    List<AdapterDescriptor> adapters) {

  /**
   * All adapters.
   *
   * @param engineAnswers whether the engine has told what is in device memory; if not, adapters
   *     there are shown as in host memory or on disk
   * @param byStatus how many have each status
   * @param byTier how many of those that are served have each tier as their fastest
   * @param bytesByTier bytes of adapters in device memory at rest, in host memory, and of the
   *     weight files of those that are served
   * @param draining versions that no name stands for and that sequences still end with
   * @param medianDeviceBytes device memory that the median adapter takes
   * @param idleDeviceBytes device memory that nothing takes
   * @param moreFit how many more adapters of median size fit into that
   * @param maxLora how many adapters of median size could be resident now, as far as those that are
   *     and that number tell; vLLM's {@code max_lora}
   */
  public record Summary(
      boolean engineAnswers,
      Map<String, Integer> byStatus,
      Map<String, Integer> byTier,
      Map<String, Long> bytesByTier,
      int draining,
      long medianDeviceBytes,
      long idleDeviceBytes,
      long moreFit,
      long maxLora) {}
}
