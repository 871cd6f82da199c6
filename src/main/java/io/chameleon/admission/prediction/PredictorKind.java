package io.chameleon.admission.prediction;

import io.chameleon.admission.OutputLengthPredictor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The predictors of output lengths that can be chosen. */
public enum PredictorKind {
  /** What the request declares as its limit. */
  DECLARED,
  /** What the adapter's earlier outputs say. */
  HISTORY;

  /**
   * The predictor of this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static PredictorKind named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.propertyName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "chameleon.predictor.kind is '%s'; known predictors are: %s"
                    .formatted(name, names())));
  }

  /** Its name in the configuration. */
  public String propertyName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A predictor of this kind that has seen nothing yet.
   *
   * @param mostDeclared largest prediction where the declared limit is all that is gone by
   * @param history how history is learned from
   */
  public OutputLengthPredictor create(int mostDeclared, HistorySettings history) {
    return switch (this) {
      case DECLARED -> OutputLengthPredictor.declaredUpTo(mostDeclared);
      case HISTORY -> new HistoryPredictor(history);
    };
  }

  private static String names() {
    return Arrays.stream(values())
        .map(PredictorKind::propertyName)
        .collect(Collectors.joining(", "));
  }
}
