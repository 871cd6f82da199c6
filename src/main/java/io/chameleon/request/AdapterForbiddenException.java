package io.chameleon.request;

import org.jspecify.annotations.Nullable;

/** A request for an adapter by a tenant who may not use it. */
public class AdapterForbiddenException extends RuntimeException {

  private final String adapter;

  /**
   * Names both.
   *
   * @param tenant who asked, or null for nobody in particular
   */
  public AdapterForbiddenException(String adapter, @Nullable String tenant) {
    super(
        tenant == null
            ? "The adapter `%s` is for some tenants only, and the request names no tenant."
                .formatted(adapter)
            : "The tenant `%s` may not use the adapter `%s`.".formatted(tenant, adapter));
    this.adapter = adapter;
  }

  public String adapter() {
    return adapter;
  }
}
