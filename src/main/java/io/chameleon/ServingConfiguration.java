package io.chameleon;

import io.chameleon.actuator.EngineHealthIndicator;
import io.chameleon.actuator.SchedulerEndpoint;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.admission.AdapterSizes;
import io.chameleon.admission.AdmissionController;
import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.admission.RequestSizer;
import io.chameleon.admission.SizeClassifier;
import io.chameleon.admission.prediction.PredictorProperties;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.sampling.SequenceSampler;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.model.Checkpoint;
import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.FifoProperties;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.SamplerFactory;
import io.chameleon.scheduling.Scheduler;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.SchedulingProperties;
import io.chameleon.scheduling.SjfProperties;
import io.chameleon.scheduling.SloraProperties;
import io.chameleon.scheduling.adaptive.AdaptivePolicyProperties;
import io.chameleon.scheduling.chameleon.ChameleonPolicyProperties;
import io.chameleon.serving.CatalogueModels;
import io.chameleon.serving.EngineResources;
import io.chameleon.serving.EngineThread;
import io.chameleon.serving.FinishedRequests;
import io.chameleon.serving.Inbox;
import io.chameleon.serving.InferenceService;
import io.chameleon.serving.QueuedInferenceService;
import io.chameleon.serving.QueuedInferenceService.StreamSettings;
import io.chameleon.serving.ServedModels;
import io.chameleon.serving.ServingProperties;
import io.chameleon.text.ChatProperties;
import io.chameleon.text.HuggingFaceTextCodec;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** The wiring, in the order of a request's way; HTTP's own is in the package {@code openai}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  ChameleonProperties.class,
  ChatProperties.class,
  PredictorProperties.class,
  ServingProperties.class,
  SchedulingProperties.class,
  FairnessProperties.class,
  FifoProperties.class,
  SloraProperties.class,
  SjfProperties.class,
  ChameleonPolicyProperties.class,
  AdaptivePolicyProperties.class
})
class ServingConfiguration {

  private static final Logger log = LoggerFactory.getLogger(ServingConfiguration.class);

  @Bean
  ServedFolders servedFolders(ChameleonProperties properties) {
    return ServedFolders.of(properties);
  }

  @Bean
  Checkpoint checkpoint(ServedFolders folders) {
    return Checkpoint.open(folders.model());
  }

  @Bean
  HuggingFaceTextCodec textCodec(
      ServedFolders folders, Checkpoint checkpoint, ChatProperties properties) throws IOException {
    return HuggingFaceTextCodec.open(
            folders.model(),
            properties.parseSpecialInContent(),
            Clock.system(ZoneId.systemDefault()))
        .forModel(checkpoint.config().vocabularySize());
  }

  @Bean
  ServedModels servedModels(
      ServedFolders folders, Checkpoint checkpoint, AdapterRegistry adapters) {
    return new CatalogueModels(
        folders.modelId(), checkpoint.config().contextLength(), Instant.now(), adapters::catalogue);
  }

  @Bean
  ServingMeters servingMeters(MeterRegistry registry, ServedFolders folders) {
    return new ServingMeters(registry, folders.modelId());
  }

  @Bean
  OutputLengthPredictor outputLengthPredictor(
      PredictorProperties predictor, SchedulingProperties scheduling) {
    return predictor.create(scheduling.outputReservation());
  }

  @Bean
  AdmissionController admissionController(
      ServingProperties serving,
      Checkpoint checkpoint,
      OutputLengthPredictor predictor,
      AdapterSizes adapters) {
    return new AdmissionController(
        serving.queueCapacity(),
        checkpoint.config().contextLength(),
        new RequestSizer(predictor, adapters),
        serving.waitingRules());
  }

  /** The classes are the policy's, which the engine thread publishes. */
  @Bean
  Inbox inbox(ServingProperties serving) {
    return new Inbox(SizeClassifier.single().classes(), serving.queueCapacity());
  }

  @Bean
  PolicySettings policySettings(
      FairnessProperties fairness,
      FifoProperties fifo,
      SloraProperties slora,
      SjfProperties sjf,
      ChameleonPolicyProperties chameleon,
      AdaptivePolicyProperties adaptive) {
    return new PolicySettings(fairness, fifo, slora, sjf, chameleon, adaptive);
  }

  /** Where the device is known, so is what the properties leave to it. */
  @Bean
  SchedulingLimits schedulingLimits(SchedulingProperties scheduling, ComputeDevice compute) {
    SchedulingLimits limits = scheduling.limits(compute.stepSize());
    log.info(
        "Steps on {} have at most {} tokens, {} sequences and {} prompt tokens of each; as suits"
            + " the device: {}",
        compute.name(),
        limits.maxBatchTokens(),
        limits.maxSequences(),
        limits.prefillChunk(),
        scheduling.leftToDevice());
    return limits;
  }

  /** Makes the scheduler over what the engine thread has made. */
  interface SchedulerMaker extends Function<EngineResources, Scheduler> {}

  @Bean
  SchedulerMaker schedulerMaker(
      SchedulingProperties scheduling, SchedulingLimits limits, PolicySettings policies) {
    SamplerFactory samplers =
        (request, endTokens) ->
            new SequenceSampler(request.sampling(), request.promptTokens(), endTokens);
    return made ->
        new Scheduler(
            limits,
            scheduling.policyKind().create(policies),
            made.cells(),
            made.leases(),
            samplers,
            System::nanoTime);
  }

  @Bean
  EngineThread engineThread(
      RecordedResources engines,
      SchedulerMaker schedulers,
      Inbox inbox,
      AdmissionController admission,
      ServingMeters meters) {
    return new EngineThread(engines, schedulers, inbox, admission, meters, System::nanoTime);
  }

  @Bean
  EngineLifecycle engineLifecycle(
      EngineThread engine,
      AdmissionController admission,
      ServingProperties properties,
      ServingMeters meters) {
    meters.bindClasses(
        sizeClass -> engine.classes().waiting(sizeClass),
        sizeClass -> admission.expectedWaitSeconds(sizeClass));
    meters.bind(
        () -> engine.status().scheduler().running(),
        () -> engine.status().waiting(),
        () -> engine.status().kvUsage(),
        () -> engine.status().scheduler().preemptions());
    return new EngineLifecycle(engine, properties);
  }

  /** Streams leave the engine thread for their connection's event loop, in the package openai. */
  @Bean
  StreamSettings streamSettings(
      ServingProperties serving, Checkpoint checkpoint, FinishedRequests finished) {
    return new StreamSettings(
        serving.maxUnreadTokens(), checkpoint.eosTokens(), Schedulers.immediate(), finished);
  }

  @Bean
  InferenceService inferenceService(
      AdmissionController admission,
      Inbox inbox,
      EngineThread engine,
      StreamSettings streams,
      ServingMeters meters) {
    return new QueuedInferenceService(
        admission, inbox, engine::state, streams, meters, System::nanoTime);
  }

  @Bean
  SchedulerEndpoint schedulerEndpoint(
      SchedulingProperties scheduling,
      SchedulingLimits limits,
      ServingProperties serving,
      EngineThread engine,
      AdmissionController admission) {
    return new SchedulerEndpoint(
        scheduling.policy(),
        limits,
        serving.queueCapacity(),
        engine::status,
        engine::classes,
        admission);
  }

  @Bean
  EngineHealthIndicator engineHealthIndicator(EngineThread engine) {
    return new EngineHealthIndicator(engine::status);
  }
}
