package io.chameleon.adapter.host;

import io.chameleon.request.ServiceUnavailableException;
import java.time.Duration;

/** A load that came too late: the folder has changed, and a new version is about to be seen. */
public final class OutdatedLoadException extends ServiceUnavailableException {

  OutdatedLoadException(String adapter, Duration retryAfter) {
    super(
        "The adapter `%s` is being replaced; the request may be repeated.".formatted(adapter),
        retryAfter);
  }
}
