package io.chameleon;

import io.chameleon.actuator.AdaptersEndpoint;
import io.chameleon.actuator.AdaptersHealthIndicator;
import io.chameleon.actuator.EngineHealthIndicator;
import io.chameleon.actuator.SchedulerEndpoint;
import io.chameleon.adapter.AdapterRegistry;
import io.chameleon.adapter.EvictionProperties;
import io.chameleon.admission.AdmissionController;
import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.admission.SingleClass;
import io.chameleon.engine.sampling.SequenceSampler;
import io.chameleon.memory.HostMemory;
import io.chameleon.memory.MemoryProperties;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.model.Checkpoint;
import io.chameleon.scheduling.Scheduler;
import io.chameleon.scheduling.SchedulingProperties;
import io.chameleon.serving.CatalogueModels;
import io.chameleon.serving.EngineThread;
import io.chameleon.serving.Inbox;
import io.chameleon.serving.QueuedInferenceService;
import io.chameleon.serving.QueuedInferenceService.StreamSettings;
import io.chameleon.serving.ServedModels;
import io.chameleon.serving.ServingProperties;
import io.chameleon.text.ChatProperties;
import io.chameleon.text.HuggingFaceTextCodec;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** The wiring, in the order of a request's way; HTTP's own is in the package {@code openai}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  ChameleonProperties.class,
  MemoryProperties.class,
  EvictionProperties.class,
  ChatProperties.class,
  ServingProperties.class,
  SchedulingProperties.class
})
class ServingConfiguration {

  @Bean
  ServedFolders servedFolders(ChameleonProperties properties) {
    return ServedFolders.of(properties);
  }

  @Bean
  Checkpoint checkpoint(ServedFolders folders) {
    return Checkpoint.open(folders.model());
  }
}
