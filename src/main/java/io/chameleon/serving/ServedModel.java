package io.chameleon.serving;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A name that requests may put into {@code model}: the base model or an adapter.
 *
 * @param id the name
 * @param adapter the adapter's name, or null for the base model
 * @param root the name, with {@code @sha256:…} for an adapter whose content hash is known
 * @param parent the base model's id for an adapter, else null
 * @param contextLength most tokens of prompt and answer together
 * @param created when it came to be served
 */
public record ServedModel(
    String id,
    @Nullable String adapter,
    String root,
    @Nullable String parent,
    int contextLength,
    Instant created) {}
