package io.chameleon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.FakeInferenceService;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.SamplingParams;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** What becomes of the streams of a request. */
class SequencesTest {

  private final FakeInferenceService service = new FakeInferenceService();

  @Test
  void close_streamsNeverSubscribedTo_areCancelled() {
    service.answer(request -> Flux.never());
    Sequences sequences = Sequences.submit(service, List.of(request(), request(), request()));
    Disposable reader = sequences.stream(1).subscribe();

    sequences.close();

    assertThat(service.cancelled()).isEqualTo(2);
    reader.dispose();
    assertThat(service.cancelled()).isEqualTo(3);
  }

  @Test
  void close_twice_isHarmless() {
    service.answer(request -> Flux.never());
    Sequences sequences = Sequences.submit(service, List.of(request()));

    sequences.close();
    sequences.close();

    assertThat(service.cancelled()).isEqualTo(1);
  }

  @Test
  void stream_afterClose_isEmpty() {
    Sequences sequences = Sequences.submit(service, List.of(request()));
    sequences.close();

    assertThat(sequences.stream(0).collectList().block()).isEmpty();
  }

  private static InferenceRequest request() {
    return new InferenceRequest("r", null, new int[] {1}, 1, SamplingParams.greedy());
  }
}
