package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/** Holds application.yml, which people read, to the property records, which the code obeys. */
class ConfigurationFileTest {

  private static final String OWN = "chameleon.";

  private final PropertySource<?> file = load();

  @Test
  void properties_ofTheRecords_areThoseOfTheFile() {
    Set<String> known = new TreeSet<>();
    records().forEach((prefix, type) -> addNames(prefix, type, known));

    assertThat(ownNamesInFile()).containsExactlyElementsOf(known);
  }

  @Test
  void defaults_ofTheRecords_areThoseOfTheFile() {
    Map<String, Object> fromFile = bindAll(ConfigurationPropertySources.from(file));
    Map<String, Object> fromNothing = bindAll(Set.of(new MapConfigurationPropertySource()));

    assertThat(fromFile).isEqualTo(fromNothing);
  }

  private static PropertySource<?> load() {
    try {
      return new YamlPropertySourceLoader()
          .load("application.yml", new FileSystemResource("application.yml"))
          .getFirst();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Set<String> ownNamesInFile() {
    return Set.of(((EnumerablePropertySource<?>) file).getPropertyNames()).stream()
        .filter(name -> name.startsWith(OWN))
        .map(name -> name.replaceAll("\\[\\d+]", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, Object> bindAll(Iterable<ConfigurationPropertySource> sources) {
    var binder = new Binder(sources);
    Map<String, Object> bound = new HashMap<>();
    records().forEach((prefix, type) -> bound.put(prefix, binder.bindOrCreate(prefix, type)));
    return bound;
  }

  private static Map<String, Class<?>> records() {
    var scanner = new ClassPathScanningCandidateComponentProvider(false);
    scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
    Map<String, Class<?>> found = new TreeMap<>();
    for (var candidate : scanner.findCandidateComponents("io.chameleon")) {
      Class<?> type = load(candidate.getBeanClassName());
      found.put(type.getAnnotation(ConfigurationProperties.class).value(), type);
    }
    return found;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void addNames(String prefix, Class<?> type, Set<String> names) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = prefix + "." + dashed(component.getName());
      if (component.getType().isRecord()) {
        addNames(name, component.getType(), names);
      } else {
        names.add(name);
      }
    }
  }

  private static String dashed(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
