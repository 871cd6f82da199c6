package io.chameleon.simulation;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The fields of a YAML map, read one by one; a key that nobody reads is a mistake of its writer.
 */
final class ProfileFields {

  private final String path;

  private final Map<?, ?> fields;

  private final Set<Object> read = new HashSet<>();

  private final List<ProfileFields> sections = new ArrayList<>();

  private ProfileFields(String path, Map<?, ?> fields) {
    this.path = path;
    this.fields = fields;
  }

  /**
   * The map that a document is.
   *
   * @param name for messages
   * @throws IllegalArgumentException if it is none
   */
  static ProfileFields read(String name, InputStream yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try {
      return map(name, new Yaml(new SafeConstructor(options)).load(yaml));
    } catch (YAMLException e) {
      throw new IllegalArgumentException("profile %s is no YAML".formatted(name), e);
    }
  }

  /** The map of this key. */
  ProfileFields section(String key) {
    ProfileFields section = map(path + "." + key, require(key));
    sections.add(section);
    return section;
  }

  /** The whole number of this key. */
  int whole(String key) {
    if (require(key) instanceof Integer number) {
      return number;
    }
    throw fault(key, "a whole number");
  }

  /** The number of this key. */
  double number(String key) {
    if (require(key) instanceof Number number) {
      return number.doubleValue();
    }
    throw fault(key, "a number");
  }

  /** The number of this key, or another where there is none. */
  double number(String key, double otherwise) {
    return fields.containsKey(key) ? number(key) : otherwise;
  }

  /** The truth value of this key. */
  boolean flag(String key) {
    if (require(key) instanceof Boolean flag) {
      return flag;
    }
    throw fault(key, "true or false");
  }

  /** The truth value of this key, or another where there is none. */
  boolean flag(String key, boolean otherwise) {
    return fields.containsKey(key) ? flag(key) : otherwise;
  }

  /** The list of this key, as texts. */
  List<String> texts(String key) {
    if (require(key) instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    throw fault(key, "a list");
  }

  /**
   * Looks whether all keys were asked for, those of sections too.
   *
   * @throws IllegalArgumentException naming those that were not
   */
  void requireAllRead() {
    Set<Object> unread = new HashSet<>(fields.keySet());
    unread.removeAll(read);
    if (!unread.isEmpty()) {
      throw new IllegalArgumentException("%s: unknown keys %s".formatted(path, unread));
    }
    sections.forEach(ProfileFields::requireAllRead);
  }

  private Object require(String key) {
    Object value = fields.get(key);
    if (value == null) {
      throw new IllegalArgumentException("%s.%s is missing".formatted(path, key));
    }
    read.add(key);
    return value;
  }

  private IllegalArgumentException fault(String key, String expected) {
    return new IllegalArgumentException(
        "%s.%s is %s; it must be %s".formatted(path, key, fields.get(key), expected));
  }

  private static ProfileFields map(String path, Object value) {
    if (value instanceof Map<?, ?> map) {
      return new ProfileFields(path, map);
    }
    throw new IllegalArgumentException("%s is %s; it must be a map".formatted(path, value));
  }
}
