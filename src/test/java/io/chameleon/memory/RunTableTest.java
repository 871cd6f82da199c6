package io.chameleon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RunTableTest {

  private final RunTable runs = new RunTable();

  @Test
  void empty_hasNoRun() {
    assertThat(runs.size()).isZero();
    assertThat(runs.at(0)).isEqualTo(-1);
    assertThat(runs.upTo(5)).isEqualTo(-1);
  }

  @Test
  void put_atAStartThatIsThere_changesTheRun() {
    runs.put(3, 2, null);
    runs.put(3, 7, CellUse.KV);

    assertThat(runs.size()).isEqualTo(1);
    assertThat(runs.end(0)).isEqualTo(10);
    assertThat(runs.use(0)).isEqualTo(CellUse.KV);
  }

  @Test
  void randomRuns_moreThanFitAtFirst_areThoseOfATree() {
    long seed = 20261126;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    TreeMap<Integer, Integer> tree = new TreeMap<>();
    for (int i = 0; i < 5_000; i++) {
      int start = random.nextInt(500);
      if (random.nextInt(5) > 0) {
        int cells = 1 + random.nextInt(9);
        runs.put(start, cells, CellUse.WINDOW);
        tree.put(start, cells);
      } else if (tree.remove(start) != null) {
        runs.remove(runs.at(start));
      }
      Map.Entry<Integer, Integer> before = tree.floorEntry(start);
      int found = runs.upTo(start);
      assertThat(found < 0 ? null : runs.start(found))
          .isEqualTo(before == null ? null : before.getKey());
      assertThat(runs.at(start) >= 0).isEqualTo(tree.containsKey(start));
    }
    assertThat(tree).hasSizeGreaterThan(200);
    assertThat(all()).isEqualTo(tree.entrySet().stream().map(RunTableTest::run).toList());
  }

  private List<CellRun> all() {
    List<CellRun> all = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      assertThat(runs.use(i)).isEqualTo(CellUse.WINDOW);
      all.add(new CellRun(runs.start(i), runs.cells(i)));
    }
    return all;
  }

  private static CellRun run(Map.Entry<Integer, Integer> entry) {
    return new CellRun(entry.getKey(), entry.getValue());
  }
}
