package io.chameleon.adapter.pool;

/**
 * A resident adapter as others may see it.
 *
 * @param name the name under which requests ask for it
 * @param cells arena cells it takes at rest
 * @param leases sequences that run with it
 */
public record ResidentView(String name, int cells, int leases) {}
