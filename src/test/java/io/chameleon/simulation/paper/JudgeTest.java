package io.chameleon.simulation.paper;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.simulation.paper.PaperRow.Verdict;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JudgeTest {

  private static final String HEADER = "figure,system,x,metric,paper";

  private static List<PaperRow> judge(String paper, String ours) {
    PaperValues values = PaperValues.read(lines(paper));
    Map<PaperCell, Double> numbers = new LinkedHashMap<>();
    for (String line : ours.split(" ", -1)) {
      String[] cells = line.split(",", -1);
      numbers.put(
          new PaperCell(cells[0], cells[1], cells[2], cells[3]), Double.parseDouble(cells[4]));
    }
    return new Judge(values, numbers).rows();
  }

  private static List<String> lines(String rows) {
    return Stream.concat(Stream.of(HEADER), Arrays.stream(rows.split(" ", -1))).toList();
  }

  @Test
  void value_within15Percent_isReproduced() {
    assertThat(judge("11,a,5,p_s,2.0", "11,a,5,p_s,2.3").getFirst().verdict())
        .isEqualTo(Verdict.REPRODUCED);
    assertThat(judge("11,a,5,p_s,2.0", "11,a,5,p_s,2.31").getFirst().verdict())
        .isEqualTo(Verdict.NOT);
  }

  @Test
  void cut_within15Points_isReproduced() {
    PaperRow row = judge("11,a,9,p_cut_percent,80.7", "11,a,9,p_cut_percent,66").getFirst();

    assertThat(row.verdict()).isEqualTo(Verdict.REPRODUCED);
    assertThat(row.why()).isEqualTo("-14.7 points");
    assertThat(judge("11,a,9,p_cut_percent,80.7", "11,a,9,p_cut_percent,65.6").getFirst().verdict())
        .isEqualTo(Verdict.NOT);
  }

  @Test
  void value_farOffInTheSameOrder_hasTheSameShape() {
    List<PaperRow> rows =
        judge(
            "11,a,5,p_s,1 11,a,6,p_s,2 11,b,5,p_s,0.5 11,b,6,p_s,0.8",
            "11,a,5,p_s,2 11,a,6,p_s,3 11,b,5,p_s,1 11,b,6,p_s,1.5");

    assertThat(rows).extracting(PaperRow::verdict).containsOnly(Verdict.SAME_SHAPE);
    assertThat(rows.getFirst().why()).isEqualTo("+100 %; orders hold");
  }

  @Test
  void value_overDouble_isNotWhateverTheOrder() {
    PaperRow row = judge("11,a,5,p_s,1 11,b,5,p_s,0.5", "11,a,5,p_s,2.1 11,b,5,p_s,0.5").getFirst();

    assertThat(row.verdict()).isEqualTo(Verdict.NOT);
    assertThat(row.why()).isEqualTo("+110 %; not between half and double");
  }

  @Test
  void value_onTheWrongSideOfAnother_isNot() {
    PaperRow row = judge("11,a,5,p_s,1 11,b,5,p_s,0.5", "11,a,5,p_s,2 11,b,5,p_s,3").getFirst();

    assertThat(row.verdict()).isEqualTo(Verdict.NOT);
    assertThat(row.why())
        .isEqualTo(
            "+100 %; not over b at 5, where the paper has 1.00 to 0.500 and here 2.00 to 3.00");
  }

  @Test
  void value_hardlyOverAnother_isNotWhereThePaperIsWell() {
    assertThat(
            judge("11,a,5,p_s,1 11,b,5,p_s,0.5", "11,a,5,p_s,1.91 11,b,5,p_s,1.9")
                .getFirst()
                .verdict())
        .isEqualTo(Verdict.NOT);
  }

  @Test
  void value_whereTheFigureEnds_isReproducedAboveThat() {
    String ours = "11,a,5,p_s,30 11,a,4,p_s,1";
    List<PaperRow> rows = judge("11,a,5,p_s,>11 11,a,4,p_s,1", ours);

    assertThat(rows.getFirst().verdict()).isEqualTo(Verdict.REPRODUCED);
    assertThat(judge("11,a,5,p_s,>11 11,a,4,p_s,1", "11,a,5,p_s,9 11,a,4,p_s,1"))
        .extracting(PaperRow::verdict)
        .containsExactly(Verdict.SAME_SHAPE, Verdict.REPRODUCED);
  }

  @Test
  void value_thatThePaperLacks_isNotJudged() {
    PaperRow row = judge("11,a,5,p_s,1", "11,a,7,p_s,1").getFirst();

    assertThat(row.paper()).isNull();
    assertThat(row.verdict()).isEqualTo(Verdict.NO_PAPER);
  }

  @Test
  void zero_isReproducedByZeroAlone() {
    assertThat(judge("14,a,P50,load_ms,0", "14,a,P50,load_ms,0").getFirst().verdict())
        .isEqualTo(Verdict.REPRODUCED);
    assertThat(judge("14,a,P50,load_ms,0", "14,a,P50,load_ms,0.1").getFirst().verdict())
        .isEqualTo(Verdict.NOT);
  }
}
