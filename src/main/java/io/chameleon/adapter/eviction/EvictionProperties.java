package io.chameleon.adapter.eviction;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which idle adapter gives way when memory is short.
 *
 * @param policy {@code lru}: the one that was used least lately
 */
@ConfigurationProperties("chameleon.eviction")
public record EvictionProperties(@DefaultValue("lru") String policy) {

  public EvictionProperties {
    if (!policy.equals("lru")) {
      throw new IllegalArgumentException(
          "chameleon.eviction.policy is %s; known is lru".formatted(policy));
    }
  }
}
