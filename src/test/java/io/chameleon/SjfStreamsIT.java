package io.chameleon;

import org.springframework.test.context.TestPropertySource;

/** Shortest first, by what outputs of each adapter have lately been. */
@TestPropertySource(
    properties = {"chameleon.scheduling.policy=sjf", "chameleon.predictor.kind=history"})
class SjfStreamsIT extends PolicyStreams {}
