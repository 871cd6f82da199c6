package io.chameleon.serving;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether adapters can be loaded and unloaded over HTTP, by whoever reaches the port.
 *
 * @param enabled whether they can
 * @param timeout how long an answer waits for streams that end, or for an adapter to come into
 *     device memory, unless the request says otherwise; 0 or more
 */
@ConfigurationProperties("chameleon.admin")
public record AdminProperties(
    @DefaultValue("false") boolean enabled, @DefaultValue("30s") Duration timeout) {

  public AdminProperties {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "chameleon.admin.timeout is %s; it must be 0 or more".formatted(timeout));
    }
  }
}
