package io.chameleon.serving;

import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.chameleon.ChameleonPolicy;
import io.chameleon.scheduling.chameleon.ChameleonPolicyProperties;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Policies whose size classes change every few passes of a short test. */
final class QuickClasses {

  private static final String PREFIX = "chameleon.scheduling.chameleon";

  private QuickClasses() {}

  /** The Chameleon policy, which looks at what came in so many milliseconds. */
  static ChameleonPolicy every(int millis) {
    var source =
        new MapConfigurationPropertySource(
            Map.of(
                PREFIX + ".refresh", millis + "ms",
                PREFIX + ".minimum-samples", 2,
                PREFIX + ".max-input-tokens", 200,
                PREFIX + ".max-output-tokens", 200,
                PREFIX + ".rank-floor", 128));
    return new ChameleonPolicy(
        new Binder(source).bindOrCreate(PREFIX, ChameleonPolicyProperties.class),
        FairnessProperties.NONE);
  }
}
