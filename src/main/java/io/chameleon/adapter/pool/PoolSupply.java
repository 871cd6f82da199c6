package io.chameleon.adapter.pool;

import io.chameleon.adapter.catalogue.Versions;
import io.chameleon.adapter.host.HostTier;
import java.util.function.Supplier;

/**
 * Where a pool's adapters come from.
 *
 * @param catalogue what names stand for now; the same object as long as nothing changes
 * @param host host memory, and the disk behind it
 * @param prefetch which are loaded before they are needed
 * @param habits how they are loaded, and how long they stay
 * @param wake called on any thread when something has come that the pool waited for
 */
public record PoolSupply(
    Supplier<? extends Versions> catalogue,
    HostTier host,
    PrefetchProperties prefetch,
    LoadHabits habits,
    Runnable wake) {}
