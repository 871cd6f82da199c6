package io.chameleon;

import org.springframework.test.context.TestPropertySource;

/** Size classes are found anew every half second, while requests wait and run. */
@TestPropertySource(
    properties = {
      "chameleon.scheduling.policy=chameleon",
      "chameleon.scheduling.chameleon.refresh=500ms",
      "chameleon.scheduling.chameleon.minimum-samples=10"
    })
class ChameleonStreamsIT extends PolicyStreams {}
