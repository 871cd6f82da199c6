package io.chameleon.serving;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.request.InvalidRequestException;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.ServiceTerms;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.request.TokenEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

class QueuedInferenceServiceTest {

  private final LoopFixture world = LoopFixture.ordinary();

  @Test
  void submit_ofSeveral_givesAStreamForEachInOrder() {
    var first = request(3, 4);
    var second = request("a", 6, 5);

    List<Flux<TokenEvent>> streams = world.service.submit(List.of(first, second));

    Reader one = Reader.of(first, streams.get(0));
    Reader two = Reader.of(second, streams.get(1));
    world.runToEnd();
    assertThat(one.isRight() && two.isRight()).isTrue();
    assertThat(two.tokens()).hasSize(5);
  }

  @Test
  void submit_ofNothing_givesNothing() {
    assertThat(world.service.submit(List.of())).isEmpty();
  }

  @Test
  void submit_withOneThatCanNeverRun_admitsNone() {
    assertThatThrownBy(() -> world.service.submit(List.of(request(3, 4), request(150, 51))))
        .isInstanceOf(InvalidRequestException.class);

    assertThat(world.inbox.held()).isZero();
    assertThat(world.admission.waiting()).isZero();
  }

  @Test
  void submit_thatWouldMissItsDeadline_saysWhenToRetryAndHoldsNothing() {
    world.admission.publish((size, sizeClass) -> Duration.ofMillis(900).toNanos());
    ServiceTerms terms = new ServiceTerms(Duration.ofMillis(400), 0, null);

    assertThatThrownBy(() -> world.service.submit(List.of(request(3, 4, terms))))
        .isInstanceOfSatisfying(
            RequestRejectedException.class,
            e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofMillis(500)))
        .hasMessage("The first token is expected in 900 ms, after the deadline of 400 ms.");

    assertThat(world.inbox.held()).isZero();
    assertThat(world.admission.waiting()).isZero();
  }

  @ParameterizedTest
  @EnumSource(value = EngineState.class, names = "READY", mode = EnumSource.Mode.EXCLUDE)
  void submit_whenNotReady_saysSo(EngineState state) {
    world.state = state;

    assertThatThrownBy(() -> world.submit(request(3, 4)))
        .isInstanceOfSatisfying(
            ServiceUnavailableException.class,
            e -> assertThat(e.retryAfter()).isEqualTo(state.retryAfter()))
        .hasMessage(state.sentence());
  }

  @Test
  void submit_whileTheInboxCloses_givesItsPlacesBack() {
    world.inbox.close();

    assertThatThrownBy(() -> world.submit(request(3, 4)))
        .isInstanceOf(ServiceUnavailableException.class);

    assertThat(world.admission.waiting()).isZero();
  }
}
