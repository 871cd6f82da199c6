package io.chameleon;

import io.chameleon.model.InvalidFileException;
import io.chameleon.model.UnsupportedModelException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says in a paragraph why the service does not start, where the reason lies in the folders or the
 * configuration it was given. Any other failure keeps its stack trace.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartupFailureAnalyzer implements FailureAnalyzer {

  private static final String CHECK_FOLDER =
      "Check the folder that chameleon.model names; without that property the demo is served.";

  private static final String CORRECT_PROPERTY =
      "Correct the property in application.yml, or where else it is set: an option"
          + " (--chameleon.threads=4) or an environment variable (CHAMELEON_THREADS=4).";

  /** How the messages of property records begin: with the name of the property. */
  private static final String PROPERTY = "chameleon.";

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String action = actionFor(cause);
      if (action != null) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), action, failure);
      }
    }
    return null;
  }

  private static @Nullable String actionFor(Throwable cause) {
    return switch (cause) {
      case UnsupportedModelException _, InvalidFileException _, NoSuchFileException _ ->
          CHECK_FOLDER;
      case IllegalArgumentException e when String.valueOf(e.getMessage()).startsWith(PROPERTY) ->
          CORRECT_PROPERTY;
      default -> null;
    };
  }
}
