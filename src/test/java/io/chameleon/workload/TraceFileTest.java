package io.chameleon.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFileTest {

  private static final Path TRACES =
      Path.of(System.getProperty("chameleon.traces", "../shared/data/traces"));

  private static final String AZURE = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n";

  private static final String BURST =
      "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n";

  private static final String RECORDED =
      "{\"t\":100.5,\"adapter\":\"a\",\"input\":3,\"output\":2,\"maxTokens\":9}\n";

  @TempDir Path folder;

  @Test
  void azure_rows_haveTimesFromTheFirst() throws IOException {
    Trace trace =
        read(
            AZURE
                + "2023-11-16 23:59:59.6805900,374,44\r\n"
                + "2023-11-17 00:00:00.1805900,396,109\r\n"
                + "2023-11-17 00:00:01,91,16");

    assertThat(trace.workload().requests())
        .extracting(TracedRequest::inputTokens, TracedRequest::outputTokens, TracedRequest::adapter)
        .containsExactly(tuple(374, 44, -1), tuple(396, 109, -1), tuple(91, 16, -1));
    double[] seconds =
        trace.workload().requests().stream().mapToDouble(TracedRequest::seconds).toArray();
    assertThat(seconds).containsExactly(new double[] {0, 0.5, 1.31941}, within(1e-6));
    assertThat(trace.adapters()).isEmpty();
    assertThat(trace.leftOut()).isZero();
  }

  @Test
  void azure_rowsOf2024_haveAnOffset() throws IOException {
    Trace trace =
        read(
            AZURE
                + "2024-05-10 00:00:00.009930+00:00,2162,5\n"
                + "2024-05-10 00:00:02.009930+00:00,7,8\n");

    assertThat(trace.workload().durationSeconds()).isCloseTo(2, within(1e-6));
  }

  @Test
  void burstGpt_rows_leaveOutWhatFailed() throws IOException {
    Trace trace =
        read(
            BURST
                + "5,ChatGPT,472,18,490,Conversation log\n"
                + "45.5,GPT-4,1087,0,1087,API log\n"
                + "118,ChatGPT,417,276,693,Conversation log\n\n");

    assertThat(trace.workload().requests())
        .containsExactly(new TracedRequest(0, 472, 18, -1), new TracedRequest(113, 417, 276, -1));
    assertThat(trace.leftOut()).isEqualTo(1);
  }

  @Test
  void burstGpt_withoutAModel_isReadByItsHeader() throws IOException {
    Trace trace = read("Request tokens,Timestamp,Response tokens\n4,10,5\n6,12,7\n");

    assertThat(trace.workload().requests())
        .containsExactly(new TracedRequest(0, 4, 5, -1), new TracedRequest(2, 6, 7, -1));
  }

  @Test
  void mooncake_lines_haveMilliseconds() throws IOException {
    Trace trace =
        read(
            "{\"timestamp\": 1000, \"input_length\": 6758, \"output_length\": 500, \"hash_ids\":"
                + " [0, 1]}\n"
                + "{\"timestamp\": 1500, \"input_length\": 7, \"output_length\": 4}\n");

    assertThat(trace.workload().requests())
        .containsExactly(new TracedRequest(0, 6758, 500, -1), new TracedRequest(0.5, 7, 4, -1));
  }

  @Test
  void recording_lines_giveNumbersToNames() throws IOException {
    Trace trace =
        read(
            "{\"t\":102,\"adapter\":\"b\",\"input\":3,\"output\":2,\"maxTokens\":9,\"tenant\":\"x\"}\n"
                + RECORDED
                + "{\"t\":101,\"adapter\":null,\"input\":3,\"output\":2,\"maxTokens\":2}\n"
                + "{\"t\":103,\"adapter\":\"b\",\"input\":3,\"output\":0,\"maxTokens\":2}\n"
                + "{\"t\":104,\"adapter\":\"b\",\"inp");

    assertThat(trace.workload().requests())
        .containsExactly(
            new TracedRequest(0, 3, 2, 9, 1, -1),
            new TracedRequest(0.5, 3, 2, 2, -1, -1),
            new TracedRequest(1.5, 3, 2, 9, 0, 0));
    assertThat(trace.adapters()).containsExactly("b", "a");
    assertThat(trace.tenants()).containsExactly("x");
    assertThat(trace.leftOut()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "2023-11-16 18:15:46.68,37.4,44 | line 2: ContextTokens is \"37.4\"; it must be a whole"
            + " number",
        "2023-11-16 18:15:46.68,374,-1 | line 2: GeneratedTokens is -1; it must be a whole number",
        "2023-11-16 18:15:46.68,374 | line 2 has 2 columns; the header has 3",
        "yesterday,374,44 | line 2: TIMESTAMP is \"yesterday\"; it must be a time as 2023",
        "2023-02-30 18:15:46.68,374,44 | line 2: TIMESTAMP is \"2023-02-30",
        "2023-11-16 18:15:46.68,99999999999,1 | line 2: ContextTokens is \"99999999999\"",
      })
  void azure_malformedRow_isNamed(String row, String message) {
    assertThatThrownBy(() -> read(AZURE + row))
        .isInstanceOf(InvalidTraceException.class)
        .hasMessageStartingWith(folder.resolve("trace").toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"t\":1,\"input\":3,\"output\":2} | line 2 has no field maxTokens",
        "{\"t\":\"1\",\"input\":3,\"output\":2,\"maxTokens\":9} | line 2: t is \"1\"; it must be a"
            + " finite number",
        "{\"t\":1,\"input\":0,\"output\":2,\"maxTokens\":9} | line 2: input is 0; it must be a"
            + " whole number from 1",
        "{\"t\":1,\"input\":3,\"output\":2,\"maxTokens\":1} | line 2: maxTokens is 1; it must be a"
            + " whole number from 2",
        "{\"t\":1,\"input\":3.5,\"output\":2,\"maxTokens\":9} | line 2: input is 3.5",
        "{\"t\":1,\"adapter\":7,\"input\":3,\"output\":2,\"maxTokens\":9} | line 2: adapter is 7;"
            + " it must be a string",
        "{\"t\":1,,} | line 2 is not JSON",
        "3} | line 2 is not JSON",
      })
  void recording_malformedLine_isNamed(String line, String message) {
    assertThatThrownBy(() -> read(RECORDED + line))
        .isInstanceOf(InvalidTraceException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "Timestamp,Prompt,Answer | line 1 is no known header",
        "{\"time\":1} | line 1 has neither input_length (Mooncake) nor t (a recording)",
        "[1] | line 1 is no known header",
      })
  void format_thatIsUnknown_isRefused(String first, String message) {
    assertThatThrownBy(() -> read(first)).hasMessageContaining(message);
  }

  @Test
  void burstGpt_timeThatIsNone_isNamed() {
    assertThatThrownBy(() -> read(BURST + "soon,m,1,1,2,l\n"))
        .hasMessageContaining("line 2: Timestamp is \"soon\"; it must be seconds");
    assertThatThrownBy(() -> read(BURST + "NaN,m,1,1,2,l\n"))
        .hasMessageContaining("line 2: Timestamp is NaN; it must be finite seconds");
  }

  @Test
  void file_withoutRequests_isRefused() {
    assertThatThrownBy(() -> read("")).hasMessageEndingWith("has no requests");
    assertThatThrownBy(() -> read(AZURE)).hasMessageEndingWith("has no requests");
    assertThatThrownBy(() -> TraceFile.read(folder.resolve("none")))
        .isInstanceOf(InvalidTraceException.class)
        .hasMessageEndingWith("does not exist");
  }

  @Test
  void file_thatIsNoText_isRefused() throws IOException {
    Path file = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

    assertThatThrownBy(() -> TraceFile.read(file)).hasMessageEndingWith("is not text in UTF-8");
  }

  @ParameterizedTest
  @CsvSource({
    "AzureLLMInferenceTrace_conv.csv, 19366, 5.53",
    "AzureLLMInferenceTrace_code.csv, 8819, 2.57",
    "mooncake_conversation_trace.jsonl, 12031, 3.40",
    "mooncake_synthetic_trace.jsonl, 3993, 3.91",
  })
  void publishedTraces_whereTheyAre_areReadWhole(String name, int requests, double rate) {
    Path file = TRACES.resolve(name);
    assumeThat(file)
        .as("the trace is published, not kept here: give its folder by -Dchameleon.traces")
        .matches(Files::isReadable);

    Trace trace = TraceFile.read(file);

    assertThat(trace.workload().size()).isEqualTo(requests);
    assertThat(trace.workload().meanRate()).isCloseTo(rate, within(0.01));
    assertThat(trace.leftOut()).isZero();
  }

  private Trace read(String text) throws IOException {
    return TraceFile.read(Files.writeString(folder.resolve("trace"), text));
  }
}
