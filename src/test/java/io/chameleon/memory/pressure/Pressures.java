package io.chameleon.memory.pressure;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The defaults of the properties. */
final class Pressures {

  static final PressureProperties DEFAULTS =
      new Binder(new MapConfigurationPropertySource(Map.of()))
          .bindOrCreate("chameleon.pressure", PressureProperties.class);

  /** How often the defaults sample. */
  static final Duration INTERVAL = DEFAULTS.interval();

  private Pressures() {}
}
