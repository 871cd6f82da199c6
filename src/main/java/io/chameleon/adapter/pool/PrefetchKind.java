package io.chameleon.adapter.pool;

import java.util.Locale;

/** Why an adapter was loaded before it was needed. */
enum PrefetchKind {
  /** A queued request wants it. */
  QUEUE,
  /** By its history, a request is likely to come. */
  HISTOGRAM;

  /** Its name in metrics. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
