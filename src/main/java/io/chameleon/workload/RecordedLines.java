package io.chameleon.workload;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Lines of a service's own recording, written and read. */
final class RecordedLines implements LineFormat {

  static final String TIME = "t";

  private static final String ADAPTER = "adapter";
  private static final String INPUT = "input";
  private static final String OUTPUT = "output";
  private static final String MAX_TOKENS = "maxTokens";
  private static final String TENANT = "tenant";

  private static final int MICROSECOND_DIGITS = 6;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** The line of a record, without its end. */
  static String line(TrafficRecord request) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, request.arrived());
    ObjectNode fields =
        MAPPER
            .createObjectNode()
            .put(TIME, BigDecimal.valueOf(micros, MICROSECOND_DIGITS))
            .put(ADAPTER, request.adapter())
            .put(INPUT, request.inputTokens())
            .put(OUTPUT, request.outputTokens())
            .put(MAX_TOKENS, request.maxTokens());
    if (request.tenant() != null) {
      fields.put(TENANT, request.tenant());
    }
    return MAPPER.writeValueAsString(fields);
  }

  @Override
  public boolean hasHeader() {
    return false;
  }

  @Override
  public void read(TraceLine line, TraceCollector into) {
    // A service that was killed, or a full disk, leaves a line without its end.
    if (!line.text().stripTrailing().endsWith("}")) {
      into.leaveOut();
      return;
    }
    JsonFields fields = JsonFields.of(line);
    double seconds = fields.number(TIME);
    int input = fields.tokens(INPUT, 1);
    int output = fields.tokens(OUTPUT, 0);
    int most = fields.tokens(MAX_TOKENS, Math.max(1, output));
    @Nullable String adapter = fields.name(ADAPTER);
    @Nullable String tenant = fields.name(TENANT);
    if (output == 0) {
      into.leaveOut();
    } else {
      into.add(seconds, new RequestLengths(input, output, most), adapter, tenant);
    }
  }
}
