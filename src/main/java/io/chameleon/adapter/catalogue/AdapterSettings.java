package io.chameleon.adapter.catalogue;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an optional {@code chameleon.yaml} in an adapter's folder says.
 *
 * @param tenants who may use it; empty for everyone
 * @param pinned whether it stays in device memory, loaded before it is first asked for
 * @param sha256 the content hash that it must have, lower-case hex, or null for any
 */
public record AdapterSettings(Set<String> tenants, boolean pinned, @Nullable String sha256) {

  /** Of an adapter without the file. */
  public static final AdapterSettings NONE = new AdapterSettings(Set.of(), false, null);

  public AdapterSettings {
    tenants = Set.copyOf(tenants);
  }

  /** Whether a tenant, or nobody in particular, may use it. */
  public boolean allows(@Nullable String tenant) {
    return tenants.isEmpty() || (tenant != null && tenants.contains(tenant));
  }
}
