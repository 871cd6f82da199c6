package io.chameleon.openai;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How requests are taken in and answers sent.
 *
 * @param maxBodyBytes largest request body; a larger one is answered with 413
 * @param keepAlive silence on a stream after which a comment is sent, so that proxies keep the
 *     connection
 * @param tokenisationThreads how many requests are parsed, templated and tokenised at once
 * @param tokenisationQueue how many more may wait for each of these threads; further ones are
 *     answered with 429
 * @param tenantHeader request header that names the tenant, whose rights on adapters count
 * @param objectives which priority an objective stands for that a request names in the header
 *     {@code x-gateway-inference-objective}, each as {@code name=priority}; the lower the priority,
 *     the earlier. Others are ignored
 */
@Validated
@ConfigurationProperties("chameleon.http")
public record HttpProperties(
    @DefaultValue("4194304") @Min(1024) @Max(1 << 30) int maxBodyBytes,
    @DefaultValue("15s") @DurationMin(millis = 100) Duration keepAlive,
    @DefaultValue("2") @Min(1) @Max(1024) int tokenisationThreads,
    @DefaultValue("512") @Min(1) @Max(1 << 20) int tokenisationQueue,
    @DefaultValue("x-gateway-inference-fairness-id") @NotBlank String tenantHeader,
    @DefaultValue List<String> objectives) {

  private static final Pattern OBJECTIVE = Pattern.compile("([^=]+)=(-?[0-9]{1,9})");

  public HttpProperties {
    objectives = List.copyOf(objectives);
    priorities(objectives);
  }

  /** The priority of each objective. */
  Map<String, Integer> priorities() {
    return priorities(objectives);
  }

  private static Map<String, Integer> priorities(List<String> objectives) {
    Map<String, Integer> priorities = new HashMap<>();
    for (String objective : objectives) {
      Matcher parts = OBJECTIVE.matcher(objective);
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            "chameleon.http.objectives has '%s'; each must be name=priority, at most 9 digits"
                .formatted(objective));
      }
      priorities.put(parts.group(1), Integer.valueOf(parts.group(2)));
    }
    return Map.copyOf(priorities);
  }
}
