/**
 * Chameleon: one base model, many LoRA adapters, an OpenAI-compatible streaming endpoint. The
 * packages, in the order in which a request meets them:
 *
 * <ul>
 *   <li>{@code openai}: HTTP and SSE, the OpenAI form of requests, answers and errors
 *   <li>{@code text}: tokenizer and chat template
 *   <li>{@code serving}: the way in and the heartbeat. Start reading at {@code EngineLoop}
 *   <li>{@code admission}: how large a request is, and whether it is let in
 *   <li>{@code scheduling}: queues, and who is in the next step
 *   <li>{@code adapter}: which adapters there are, and which are on the device
 *   <li>{@code engine}: one step of a batch; {@code engine.sampling} picks tokens, {@code
 *       engine.djl} runs the network on libtorch
 *   <li>{@code model}: checkpoint folders, checked and mapped
 *   <li>{@code memory}: who owns which part of the device's memory
 *   <li>{@code request}: the values that all of them share
 *   <li>{@code metrics}, {@code actuator}: they watch and never steer
 *   <li>{@code bench}: the benchmark command
 * </ul>
 */
@NullMarked
package io.chameleon;

import org.jspecify.annotations.NullMarked;
