package io.chameleon.serving;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator wants served.
 *
 * @param name is to stand for it
 * @param path its folder, or null for what the name stands for, or stood for before it was unloaded
 * @param replace whether the name may stand for something else now
 * @param pin whether it stays in device memory until it is unloaded
 * @param preload whether the answer waits until it is in device memory
 * @param timeout how long it waits then, 0 or more
 */
public record LoadRequest(
    String name,
    @Nullable String path,
    boolean replace,
    boolean pin,
    boolean preload,
    Duration timeout) {}
