/** The engine on NVIDIA GPUs: a step of kernels over the arena, recorded as graphs. */
@org.jspecify.annotations.NullMarked
package io.chameleon.engine.cuda;
