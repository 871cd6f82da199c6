package io.chameleon.admission;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class RequestSizeTest {

  @Test
  void size_isPromptAndPredictedOutput() {
    assertThat(new RequestSize(3, 4).tokens()).isEqualTo(7);
    assertThat(new RequestSize(3, 4, 8, 32).tokens()).isEqualTo(7);
  }

  @Test
  void footprint_hasTheAdapterToo() {
    assertThat(new RequestSize(3, 4).footprint()).isEqualTo(7);
    assertThat(new RequestSize(3, 4, 8, 32).footprint()).isEqualTo(39);
    assertThat(new RequestSize(3, 4, 8, Integer.MAX_VALUE).footprint())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void adapter_below0_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RequestSize(3, 4, 8, -1))
        .withMessage("size with an adapter of rank 8 and -1 cells; both must be at least 0");
    assertThatIllegalArgumentException().isThrownBy(() -> new RequestSize(3, 4, -1, 0));
  }

  @Test
  void size_belowOne_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new RequestSize(0, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RequestSize(3, 0))
        .withMessage("size of 3 prompt and 0 output tokens; each must be at least 1");
  }

  @Test
  void prediction_isTheDeclaredMaximumUpToTheCap() {
    OutputLengthPredictor predictor = OutputLengthPredictor.declaredUpTo(10);

    assertThat(predictor.predict(request(1, 9))).isEqualTo(9);
    assertThat(predictor.predict(request(1, 11))).isEqualTo(10);
    assertThatIllegalArgumentException().isThrownBy(() -> OutputLengthPredictor.declaredUpTo(0));
  }

  @Test
  void sizeClass_below0_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new SizeClass(-1, "none"));
    assertThat(SizeClassifier.single().classify(new RequestSize(1, 1)))
        .isEqualTo(SizeClassifier.single().classes().getFirst());
  }
}
