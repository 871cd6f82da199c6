package io.chameleon.simulation.paper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;

/** The settings of the paper's runs: one file, in which all systems and figures stand. */
public final class PaperSettings {

  private static final String FILE = "paper/settings.yaml";

  private static final String BASE = "base.";

  private static final String SYSTEMS = "systems.";

  /**
   * Something that the paper leaves unsaid, done otherwise.
   *
   * @param name for people
   * @param set what is set otherwise, for all systems
   * @param believable whether it may have been so, and why
   */
  public record Variation(String name, Map<String, String> set, String believable) {

    public Variation {
      set = Map.copyOf(set);
    }
  }

  private final Map<String, Object> properties;

  private final FigureSettings figures;

  private final List<Variation> variations;

  private PaperSettings(Map<String, Object> properties) {
    this.properties = properties;
    this.figures = bind(layer("figures.", "figures."), "figures", FigureSettings.class);
    this.variations =
        bind(
            List.of(layer("sensitivity[", "sensitivity[")),
            "sensitivity",
            Bindable.listOf(Variation.class));
  }

  /** Those that lie in the jar. */
  public static PaperSettings load() {
    return read(new ClassPathResource(FILE));
  }

  static PaperSettings read(Resource yaml) {
    try {
      Map<String, Object> properties = new TreeMap<>();
      for (PropertySource<?> source : new YamlPropertySourceLoader().load(FILE, yaml)) {
        for (String key : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
          properties.put(key, String.valueOf(source.getProperty(key)));
        }
      }
      return new PaperSettings(properties);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with something set otherwise for all systems. */
  public PaperSettings with(String property, String value) {
    Map<String, Object> changed = new TreeMap<>(properties);
    changed.put(BASE + property, value);
    return new PaperSettings(changed);
  }

  /** What is run, in words. */
  public List<String> describe() {
    Experiment base = experiment(LoadCurves.CHAMELEON, Map.of());
    return List.of(
        "profile %s, %d requests a run, lengths of the Azure conversation trace by %s, seed %d"
            .formatted(
                base.machine().profile(),
                base.workload().requests(),
                base.workload().lengthDivisor(),
                base.workload().seed()));
  }

  /** Of the figures. */
  public FigureSettings figures() {
    return figures;
  }

  /** What may have been otherwise. */
  public List<Variation> variations() {
    return variations;
  }

  /** The names of the systems. */
  public List<String> systems() {
    return properties.keySet().stream()
        .filter(key -> key.startsWith(SYSTEMS))
        .map(key -> key.substring(SYSTEMS.length(), key.indexOf('.', SYSTEMS.length())))
        .distinct()
        .toList();
  }

  /**
   * What a system is.
   *
   * @param changes properties that are set otherwise
   * @throws IllegalArgumentException if there is no such system
   */
  Experiment experiment(String system, Map<String, String> changes) {
    if (!systems().contains(system)) {
      throw new IllegalArgumentException(
          "no system %s; known systems are: %s".formatted(system, String.join(", ", systems())));
    }
    Map<String, Object> above = new TreeMap<>();
    changes.forEach((key, value) -> above.put("run." + key, value));
    return bind(
        List.of(
            new MapConfigurationPropertySource(above),
            layer(SYSTEMS + system + ".", "run."),
            layer(BASE, "run.")),
        "run",
        Bindable.of(Experiment.class));
  }

  /** The properties below a prefix, with another one instead. */
  private ConfigurationPropertySource layer(String prefix, String instead) {
    Map<String, Object> found = new TreeMap<>();
    properties.forEach((key, value) -> {
      if (key.startsWith(prefix)) {
        found.put(instead + key.substring(prefix.length()), value);
      }
    });
    return new MapConfigurationPropertySource(found);
  }

  private static <T> T bind(ConfigurationPropertySource source, String name, Class<T> type) {
    return bind(List.of(source), name, Bindable.of(type));
  }

  /** A key that nobody reads is a mistake of its writer. */
  private static <T> T bind(
      List<ConfigurationPropertySource> layers, String name, Bindable<T> target) {
    return new Binder(layers)
        .bind(name, target, new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
        .get();
  }
}
