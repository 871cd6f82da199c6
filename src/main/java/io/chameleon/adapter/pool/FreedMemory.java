package io.chameleon.adapter.pool;

/**
 * What the end of a version has freed; 0 for what another name with the same content still needs.
 *
 * @param deviceBytes of its copy at rest in the arena; window rows, which lie among those of
 *     others, are not counted
 * @param hostBytes of its packed weights in host memory
 */
public record FreedMemory(long deviceBytes, long hostBytes) {}
