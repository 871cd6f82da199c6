package io.chameleon.adapter.peft;

import java.util.List;

/**
 * {@code rank_pattern} or {@code alpha_pattern}: values for some modules. As in PEFT, the first key
 * counts that matches the end of a module's name from a dot on.
 *
 * @param entries in the order of the configuration
 * @param fallback for all other modules
 */
record PatternValues(List<Entry> entries, double fallback) {

  /** A value and the modules it is for. */
  record Entry(PythonPattern modules, double value) {

    /**
     * The entry of a key.
     *
     * @param field of the configuration, for messages
     */
    static Entry of(String key, double value, String field) {
      return new Entry(PythonPattern.compile("(.*\\.)?(" + key + ")$", field), value);
    }
  }

  double valueFor(String module) {
    return entries.stream()
        .filter(entry -> entry.modules().matchesStart(module))
        .findFirst()
        .map(Entry::value)
        .orElse(fallback);
  }
}
