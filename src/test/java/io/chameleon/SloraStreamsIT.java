package io.chameleon;

import org.springframework.test.context.TestPropertySource;

/** S-LoRA's habits cost time, and no token. */
@TestPropertySource(properties = {"chameleon.scheduling.policy=s-lora"})
class SloraStreamsIT extends PolicyStreams {}
