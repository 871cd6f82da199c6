package io.chameleon.adapter.pool;

import io.chameleon.adapter.eviction.EvictionLog;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.metrics.PoolMeters;

/**
 * Who is told what the pool does.
 *
 * @param decisions the last evictions
 * @param trace the last requests, to be replayed under another policy
 * @param meters counts and times
 */
public record PoolReports(EvictionLog decisions, RequestTrace trace, PoolMeters meters) {}
