package io.chameleon;

import org.springframework.test.context.TestPropertySource;

/** Prompts wait for each other whenever memory is in use, and any request may be postponed. */
@TestPropertySource(
    properties = {
      "chameleon.scheduling.policy=adaptive",
      "chameleon.scheduling.adaptive.objective=100ms",
      "chameleon.scheduling.adaptive.postponed-share=0.5",
      "chameleon.scheduling.adaptive.late-share=0.5",
      "chameleon.scheduling.adaptive.gather-from=0",
      "chameleon.predictor.kind=history"
    })
class AdaptiveStreamsIT extends PolicyStreams {}
