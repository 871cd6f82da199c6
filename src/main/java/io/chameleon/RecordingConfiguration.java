package io.chameleon;

import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.request.InferenceRequest;
import io.chameleon.serving.FinishedRequests;
import io.chameleon.serving.RecordingProperties;
import io.chameleon.workload.TrafficLog;
import io.chameleon.workload.TrafficLogLimits;
import io.chameleon.workload.TrafficRecord;
import io.chameleon.workload.TrafficRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Executors;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The wiring of who learns from requests that have been answered. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RecordingProperties.class)
class RecordingConfiguration {

  /** Records that wait to be written; a disk that is slower than that loses some. */
  private static final int QUEUE = 10_000;

  /** Spring closes it, and with it the file, when the service stops. */
  @Bean
  TrafficRecorder trafficRecorder(RecordingProperties properties) throws IOException {
    if (!properties.isOn()) {
      return TrafficRecorder.NONE;
    }
    return TrafficLog.open(
        Path.of(properties.file()),
        new TrafficLogLimits(properties.maxBytes(), Long.MAX_VALUE, QUEUE),
        Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("chameleon-recording-", 0).factory()));
  }

  @Bean
  FinishedRequests finishedRequests(
      OutputLengthPredictor predictor, TrafficRecorder recorder, RecordingProperties properties) {
    if (!properties.isOn()) {
      return (request, outputTokens, nanos) -> predictor.finished(request, outputTokens);
    }
    return (request, outputTokens, nanos) -> {
      predictor.finished(request, outputTokens);
      recorder.finished(record(request, outputTokens, nanos, properties.tenants()));
    };
  }

  @Bean
  RecordedResources recordedResources(EngineFactory engines, RecordingProperties properties) {
    return new RecordedResources(engines, properties);
  }

  private static TrafficRecord record(
      InferenceRequest request, int outputTokens, long nanos, boolean tenants) {
    return new TrafficRecord(
        Instant.now().minusNanos(nanos),
        request.adapter(),
        request.promptTokens().length,
        outputTokens,
        request.maxTokens(),
        tenants ? request.terms().fairnessKey() : null);
  }
}
