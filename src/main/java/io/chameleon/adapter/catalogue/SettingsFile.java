package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.model.InvalidFileException;
import io.chameleon.model.StrictJson;
import io.chameleon.model.UnreadableFileException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads {@code chameleon.yaml}: {@code tenants}, {@code pinned} and {@code sha256}, each optional.
 * Whoever writes an adapter writes it, so it is read as a stranger's file: what is not understood
 * refuses the adapter.
 */
final class SettingsFile {

  static final String FILE = "chameleon.yaml";

  private static final int MAX_BYTES = 64 << 10;
  private static final int MAX_DEPTH = 4;
  private static final int MAX_QUOTED = 100;
  private static final Set<String> KEYS = Set.of("tenants", "pinned", "sha256");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final Map<?, ?> fields;

  private SettingsFile(Map<?, ?> fields) {
    this.fields = fields;
  }

  /**
   * Reads it.
   *
   * @throws InvalidAdapterException naming the key and what is wrong with it
   * @throws UncheckedIOException if it cannot be read
   */
  static AdapterSettings read(Path folder) {
    try {
      return settings(StrictJson.bytes(folder.resolve(FILE), MAX_BYTES));
    } catch (UnreadableFileException e) {
      throw new UncheckedIOException(e.getMessage(), e.failure());
    } catch (InvalidFileException e) {
      throw new InvalidAdapterException(e.getMessage(), e);
    }
  }

  private static AdapterSettings settings(byte[] utf8) {
    Object document = document(utf8);
    if (document == null) {
      return AdapterSettings.NONE;
    }
    if (!(document instanceof Map<?, ?> fields)) {
      throw fault("it is %s; supported is a map of %s".formatted(quoted(document), sortedKeys()));
    }
    SettingsFile file = new SettingsFile(fields);
    file.refuseUnknown();
    return new AdapterSettings(file.tenants(), file.pinned(), file.sha256());
  }

  private static @Nullable Object document(byte[] utf8) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(MAX_BYTES);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return new Yaml(new SafeConstructor(options)).load(text);
    } catch (CharacterCodingException e) {
      throw new InvalidAdapterException("%s: not valid UTF-8".formatted(FILE), e);
    } catch (MarkedYAMLException e) {
      throw new InvalidAdapterException(
          "%s: not valid YAML: %s".formatted(FILE, quoted(e.getProblem())), e);
    } catch (YAMLException e) {
      throw new InvalidAdapterException(
          "%s: not valid YAML: %s".formatted(FILE, quoted(e.getMessage())), e);
    }
  }

  private void refuseUnknown() {
    for (Object key : fields.keySet()) {
      if (!(key instanceof String) || !KEYS.contains(key)) {
        throw fault("the key %s is not known; known are %s".formatted(quoted(key), sortedKeys()));
      }
    }
  }

  private Set<String> tenants() {
    if (!fields.containsKey("tenants")) {
      return Set.of();
    }
    // None at all would mean everyone, which nobody who writes an empty list means.
    if (!(fields.get("tenants") instanceof List<?> list) || list.isEmpty()) {
      throw wrong("tenants", "a list of at least one name");
    }
    Set<String> tenants = new LinkedHashSet<>();
    for (Object tenant : list) {
      if (!(tenant instanceof String name) || name.isBlank()) {
        throw wrong("tenants", "a list of names; put numbers in quotes");
      }
      tenants.add(name);
    }
    return tenants;
  }

  private boolean pinned() {
    if (!fields.containsKey("pinned")) {
      return false;
    }
    if (fields.get("pinned") instanceof Boolean pinned) {
      return pinned;
    }
    throw wrong("pinned", "true or false");
  }

  private @Nullable String sha256() {
    if (!fields.containsKey("sha256")) {
      return null;
    }
    if (fields.get("sha256") instanceof String hash && SHA256.matcher(hash).matches()) {
      return hash;
    }
    throw wrong("sha256", "64 digits of lower-case hex, in quotes");
  }

  private InvalidAdapterException wrong(String key, String supported) {
    return fault("%s is %s; supported is %s".formatted(key, quoted(fields.get(key)), supported));
  }

  private static InvalidAdapterException fault(String message) {
    return new InvalidAdapterException(FILE + ": " + message);
  }

  private static List<String> sortedKeys() {
    return KEYS.stream().sorted().toList();
  }

  private static String quoted(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
  }
}
