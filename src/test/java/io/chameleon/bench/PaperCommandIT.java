package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PaperCommandIT {

  private static final JsonMapper JSON = new JsonMapper();

  private static final Set<String> VERDICTS =
      Set.of("reproduced", "same shape", "not", "no number in the paper");

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();

  private PaperCommand command(String... arguments) {
    return new PaperCommand(
        PaperOptions.parse(arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(terminal, true, StandardCharsets.UTF_8));
  }

  private JsonNode written(String name) throws IOException {
    return JSON.readTree(Files.readString(folder.resolve(name)));
  }

  @Test
  void paper_fewRequests_writesAllFiguresAndTheHeadlines() throws IOException {
    command("--requests", "60", "--out", folder.toString(), "--traces", folder.toString())
        .evaluate();

    JsonNode rows = written("paper.json");
    assertThat(StreamSupport.stream(rows.spliterator(), false).map(row -> text(row, "figure")))
        .contains("11", "12", "13", "throughput", "14", "16", "17", "19", "20", "21", "22");
    for (JsonNode row : rows) {
      assertThat(row.propertyNames())
          .contains("figure", "system", "x", "metric", "paper", "ours", "verdict");
      assertThat(row.get("ours").isNumber()).isTrue();
      assertThat(VERDICTS).contains(text(row, "verdict"));
    }
    JsonNode headlines = written("paper-headlines.json");
    assertThat(headlines.propertyNames())
        .containsExactlyInAnyOrder(
            "p99CutPercent", "p50CutPercent", "throughputRatio", "knees", "fifoRepaired");
    assertThat(headlines.get("p99CutPercent").propertyNames()).containsExactly("6", "8", "9");
    assertThat(headlines.get("knees").propertyNames())
        .containsExactly("s-lora", "scheduler-only", "cache-only", "chameleon");
    assertThat(headlines.get("fifoRepaired").propertyNames())
        .containsExactlyInAnyOrder("p99CutPercent", "throughputRatio");
    assertThat(Files.readString(folder.resolve("paper.md"))).contains("Fig. 16");
    assertThat(Files.readString(folder.resolve("paper.html"))).contains("data:image/svg+xml");
    assertThat(Files.readAllLines(folder.resolve("paper.csv"))).hasSize(rows.size() + 1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("Mooncake conversation: skipped, there is no ");
    assertThat(terminal.toString(StandardCharsets.UTF_8)).contains("1 of ");
  }

  @Test
  void sensitivity_fewRequests_hasARowForEachVariation() throws IOException {
    List<Path> files = command("--requests", "40", "--out", folder.toString()).vary();

    assertThat(files).allSatisfy(file -> assertThat(file).isNotEmptyFile());
    JsonNode rows = written("sensitivity.json");
    assertThat(text(rows.get(0), "name")).isEqualTo("as set");
    assertThat(rows.size()).isGreaterThan(10);
    assertThat(rows.get(1).get("p99CutPercent").propertyNames()).containsExactly("6", "8", "9");
  }

  private static String text(JsonNode row, String field) {
    return row.get(field).asString();
  }
}
