package io.chameleon.serving;

import io.chameleon.adapter.AdapterLeases;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.memory.ArenaAccounts;
import io.chameleon.memory.KvCells;

/**
 * What the engine thread works with. It makes them, uses them and closes the engine, which owns the
 * rest.
 *
 * @param engine runs steps
 * @param cells where sequences get their KV
 * @param leases where they get their adapters, told of each pass and step
 * @param arena the books of both
 */
public record EngineResources(
    InferenceEngine engine, KvCells cells, AdapterLeases leases, ArenaAccounts arena) {}
