/**
 * The way in and the heartbeat: {@code InferenceService} admits and streams, {@code EngineLoop}
 * steps. Start reading here.
 */
@NullMarked
package io.chameleon.serving;

import org.jspecify.annotations.NullMarked;
