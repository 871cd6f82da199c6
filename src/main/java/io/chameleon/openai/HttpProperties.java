package io.chameleon.openai;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
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
 */
@Validated
@ConfigurationProperties("chameleon.http")
public record HttpProperties(
    @DefaultValue("4194304") @Min(1024) @Max(1 << 30) int maxBodyBytes,
    @DefaultValue("15s") @DurationMin(millis = 100) Duration keepAlive,
    @DefaultValue("2") @Min(1) @Max(1024) int tokenisationThreads,
    @DefaultValue("512") @Min(1) @Max(1 << 20) int tokenisationQueue,
    @DefaultValue("x-gateway-inference-fairness-id") @NotBlank String tenantHeader) {}
