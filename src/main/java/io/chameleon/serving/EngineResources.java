package io.chameleon.serving;

import io.chameleon.adapter.AdapterLeases;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.memory.KvCells;

/**
 * What the engine thread works with. It makes them, uses them and closes the engine, which owns the
 * rest.
 */
public record EngineResources(InferenceEngine engine, KvCells cells, AdapterLeases leases) {}
