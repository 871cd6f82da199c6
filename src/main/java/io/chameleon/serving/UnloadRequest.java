package io.chameleon.serving;

import java.time.Duration;

/**
 * What an administrator wants unloaded.
 *
 * @param name stands for it
 * @param mode what becomes of its sequences
 * @param timeout how long the answer waits until all is free, 0 or more
 */
public record UnloadRequest(String name, UnloadMode mode, Duration timeout) {}
