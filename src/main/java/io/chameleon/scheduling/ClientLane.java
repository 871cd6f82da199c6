package io.chameleon.scheduling;

import io.chameleon.scheduling.fairness.TokenAccount;
import java.util.LinkedHashSet;

/**
 * The requests of one client that wait with one priority, in the order of arrival.
 *
 * @param level that they are of
 * @param key of the client
 * @param account of the client in this queue, shared by all its levels
 * @param sequences equal only to themselves
 */
record ClientLane(
    PriorityLevel level, String key, TokenAccount account, LinkedHashSet<Sequence> sequences) {}
