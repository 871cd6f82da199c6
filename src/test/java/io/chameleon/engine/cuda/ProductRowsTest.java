package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProductRowsTest {

  @Test
  void atLeast_anyRows_isNoLessAndAtMostAnEighthMore() {
    for (int rows = 1; rows <= 4096; rows++) {
      int filled = ProductRows.atLeast(rows);
      assertThat(filled).isGreaterThanOrEqualTo(rows);
      assertThat(filled - rows).isLessThan(Math.max(32, rows / 8 + 1));
      assertThat(ProductRows.atLeast(filled)).isEqualTo(filled);
    }
  }

  @Test
  void atLeast_moreThanThereIsMemoryFor_isWhatThereIs() {
    assertThat(ProductRows.atLeast(97, 100)).isEqualTo(100);
    assertThat(ProductRows.atLeast(5, 100)).isEqualTo(5);
  }

  @Test
  void upTo_theMostOfAStep_hasEachNumberThatAStepIsFilledUpTo() {
    for (int most : new int[] {16, 256, 1000, 2048}) {
      assertThat(ProductRows.upTo(most).boxed().toList())
          .containsAll(
              IntStream.rangeClosed(9, most)
                  .map(rows -> ProductRows.atLeast(rows, most))
                  .distinct()
                  .boxed()
                  .toList())
          .doesNotHaveDuplicates()
          .hasSizeLessThan(64)
          .allMatch(rows -> rows <= most);
    }
  }
}
