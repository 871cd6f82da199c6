package io.chameleon.workload;

/** Lines of Mooncake's traces (FAST 2025); the hashes of prefix blocks are not read. */
final class MooncakeLines implements LineFormat {

  static final String INPUT = "input_length";

  private static final double MILLIS_PER_SECOND = 1e3;

  @Override
  public boolean hasHeader() {
    return false;
  }

  @Override
  public void read(TraceLine line, TraceCollector into) {
    JsonFields fields = JsonFields.of(line);
    into.add(
        fields.number("timestamp") / MILLIS_PER_SECOND,
        fields.tokens(INPUT, 0),
        fields.tokens("output_length", 0));
  }
}
