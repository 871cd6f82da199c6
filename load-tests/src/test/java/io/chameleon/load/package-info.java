/**
 * Load scenarios against a running service: what users of the HTTP interface see under a stream of
 * requests.
 *
 * <ul>
 *   <li>{@link io.chameleon.load.ChatStreamSimulation}: the scenario
 *   <li>{@link io.chameleon.load.LoadProfile}: where the load goes, how much of it, how long
 *   <li>{@link io.chameleon.load.ServedModels}: the base and the adapters the service offers
 *   <li>{@link io.chameleon.load.ChatEvent}: one event of a streamed answer
 * </ul>
 */
package io.chameleon.load;
