package io.chameleon.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LengthScaleTest {

  @Test
  void lengths_divided_areRoundedUpAndAtLeastOne() {
    LengthScale quarter = LengthScale.dividedBy(4);

    assertThat(quarter.apply(new RequestLengths(1155, 211, 300)))
        .isEqualTo(new RequestLengths(289, 53, 75));
    assertThat(quarter.apply(new RequestLengths(1, 2))).isEqualTo(new RequestLengths(1, 1));
  }

  @Test
  void lengths_overTheContext_keepTheOutputAndLoseInput() {
    LengthScale scale = new LengthScale(1, 100);

    assertThat(scale.apply(new RequestLengths(90, 30, 60)))
        .isEqualTo(new RequestLengths(70, 30, 30));
    assertThat(scale.apply(new RequestLengths(50, 30, 60)))
        .isEqualTo(new RequestLengths(50, 30, 50));
    assertThat(scale.apply(new RequestLengths(90, 300))).isEqualTo(new RequestLengths(1, 99));
  }

  @Test
  void scale_fittedToAContext_letsNinetyNineOfAHundredIn() {
    Workload trace =
        new Workload(
            IntStream.rangeClosed(1, 1000)
                .mapToObj(k -> new TracedRequest(k, 10 * k, k, -1))
                .toList());

    LengthScale scale = LengthScale.fitting(trace, 1000);

    List<RequestLengths> uncut =
        trace.scaled(LengthScale.dividedBy(scale.divisor())).requests().stream()
            .map(TracedRequest::lengths)
            .toList();
    assertThat(uncut).filteredOn(lengths -> lengths.totalTokens() <= 1000).hasSizeBetween(990, 995);
    assertThat(trace.scaled(scale).requests())
        .allMatch(request -> request.lengths().totalTokens() <= 1000);
  }

  @Test
  void scale_fittedToALongContext_dividesNothing() {
    Workload trace = new Workload(List.of(new TracedRequest(0, 50, 50, -1)));

    assertThat(LengthScale.fitting(trace, 100)).isEqualTo(new LengthScale(1, 100));
  }

  @Test
  void scale_fittedToALaw_isThatOfItsDraws() {
    LengthLaw law = new UniformLengths(8, 512);

    LengthScale scale = LengthScale.fitting(law, 256, Chance.fixed());

    Supplier<RequestLengths> scaled =
        law.scaled(LengthScale.dividedBy(scale.divisor())).over(Chance.ofSeed(1));
    long fitting =
        Stream.generate(scaled).limit(10_000).filter(l -> l.totalTokens() <= 256).count();
    assertThat(fitting).isBetween(9_860L, 9_940L);
  }

  @Test
  void law_allowingTokens_keepsLongerOutputs() {
    LengthLaw law =
        random -> Stream.of(new RequestLengths(5, 7), new RequestLengths(5, 20)).iterator()::next;

    Supplier<RequestLengths> lengths = law.allowing(10).over(Chance.fixed());

    assertThat(lengths.get()).isEqualTo(new RequestLengths(5, 7, 10));
    assertThat(lengths.get()).isEqualTo(new RequestLengths(5, 20, 20));
  }

  @Test
  void limits_thatAreNone_areRefusedWithTheValue() {
    assertThatThrownBy(() -> LengthScale.dividedBy(0))
        .hasMessage("the divisor of lengths is 0.0; it must be over 0 and finite");
    assertThatThrownBy(() -> new LengthScale(1, 1))
        .hasMessage("the context of lengths is 1; it must be at least 2");
    assertThatThrownBy(() -> new RequestLengths(3, 5, 4))
        .hasMessageContaining("3 input, 5 output and at most 4 tokens");
  }
}
