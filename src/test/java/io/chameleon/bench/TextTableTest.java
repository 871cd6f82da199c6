package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

  private static final TextTable TABLE =
      new TextTable(
          List.of("who", "ms"), List.of(List.of("s-lora, \"old\"", "7"), List.of("a<b", "12")));

  @Test
  void markdown_hasColumnsOfEvenWidth() {
    assertThat(TABLE.markdown())
        .isEqualTo(
            """
            | who           | ms  |
            | ------------- | --- |
            | s-lora, "old" | 7   |
            | a<b           | 12  |
            """);
  }

  @Test
  void csv_cellsWithCommasOrQuotes_areQuoted() {
    assertThat(TABLE.csv())
        .isEqualTo(
            """
            who,ms
            "s-lora, ""old""\",7
            a<b,12
            """);
  }

  @Test
  void html_cells_areEscaped() {
    assertThat(TABLE.html())
        .contains("<tr><th>who</th><th>ms</th></tr>")
        .contains("<td>a&lt;b</td>")
        .contains("<td>s-lora, &quot;old&quot;</td>");
  }

  @Test
  void row_ofAnotherWidth_isRefused() {
    assertThatThrownBy(() -> new TextTable(List.of("a"), List.of(List.of("1", "2"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 2 cells; the header has 1");
  }
}
