package io.chameleon.scheduling;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The policy {@code sjf}.
 *
 * @param ageing predicted output tokens that a second of waiting makes good; 0 lets large requests
 *     starve
 * @param admissionPeriod steps between two looks at the queue while anything runs; S-LoRA's engine
 *     looks every 10
 */
@ConfigurationProperties("chameleon.scheduling.sjf")
public record SjfProperties(
    @DefaultValue("10") double ageing, @DefaultValue("1") int admissionPeriod) {

  /** Large requests pass small ones after some seconds. */
  public static final SjfProperties DEFAULT = new SjfProperties(10, 1);

  public SjfProperties {
    Limits.require("sjf.ageing", ageing, 0, 1e6);
    Limits.require("sjf.admission-period", admissionPeriod, 1, 1000);
  }
}
