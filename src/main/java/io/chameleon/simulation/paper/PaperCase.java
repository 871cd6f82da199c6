package io.chameleon.simulation.paper;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run of the paper.
 *
 * @param system its name in the settings
 * @param load requests per second
 * @param changes properties that are set otherwise than the system has them
 */
public record PaperCase(String system, double load, Map<String, String> changes) {

  public PaperCase {
    changes = Map.copyOf(changes);
  }

  static PaperCase of(String system, double load) {
    return new PaperCase(system, load, Map.of());
  }

  String label() {
    String text = String.format(Locale.ROOT, "%s at %.4g req/s", system, load);
    return changes.isEmpty() ? text : text + " " + new TreeMap<>(changes);
  }
}
