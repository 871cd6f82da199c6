package io.chameleon.simulation;

/**
 * What a step takes, linear in what it has to do. It is one pass: if it prefills and decodes, the
 * larger of the fixed costs is paid once.
 *
 * @param prefill cost of its prefill part
 * @param decode cost of its decode part
 * @param around cost of what is done around it
 */
public record StepCost(Prefill prefill, Decode decode, Around around) {

  private static final double NANOS_PER_MS = 1e6;

  /**
   * Cost of prefill, in milliseconds (Chameleon paper, Fig. 3, is close to it).
   *
   * @param fixedMs of a pass, whatever it is of
   * @param perToken of each token, without an adapter
   * @param perTokenRank of each token, for each rank of its adapter
   * @param perPair of each token that a token attends to
   * @param perTokenDecodeRank of each token, for each rank of the distinct adapters that decode in
   *     the same step: where one product over the adapters of all rows is masked to each row's own
   * @param ridge where tokens become dearer
   */
  public record Prefill(
      double fixedMs,
      double perToken,
      double perTokenRank,
      double perPair,
      double perTokenDecodeRank,
      Ridge ridge) {

    public Prefill {
      requireCosts(fixedMs, perToken, perTokenRank, perPair, perTokenDecodeRank);
    }

    /**
     * A cost that does not hang on who decodes in the same step, and is the same for each token.
     */
    public Prefill(double fixedMs, double perToken, double perTokenRank, double perPair) {
      this(fixedMs, perToken, perTokenRank, perPair, 0, Ridge.NONE);
    }

    /** Of one prompt alone, in milliseconds. */
    public double alone(int tokens, int rank) {
      return fixedMs + of(tokens, (long) tokens * rank, pairs(0, tokens)) + ridge.of(tokens);
    }

    private double of(long tokens, long tokenRanks, long pairs) {
      return perToken * tokens + perTokenRank * tokenRanks + perPair * pairs;
    }
  }

  /**
   * The ridge of the roofline: up to so many tokens of a step, those that decode among them, the
   * weights are read for longer than they are multiplied with.
   *
   * @param tokens up to which the others are as cheap as {@link Prefill#perToken} and {@link
   *     Decode#perRow} say
   * @param perTokenBeyond what each beyond costs more, in milliseconds
   */
  public record Ridge(int tokens, double perTokenBeyond) {

    /** Where all tokens cost the same. */
    public static final Ridge NONE = new Ridge(0, 0);

    public Ridge {
      requireCosts(tokens, perTokenBeyond);
    }

    /** Of so many tokens of a step. */
    public double beyond(double ofStep) {
      return Math.max(0, ofStep - tokens);
    }

    private double of(int ofStep) {
      return perTokenBeyond * beyond(ofStep);
    }
  }

  /**
   * Time around a step, in milliseconds: who runs, tokens to their readers; and, for one with
   * prompts, who has come and starts.
   *
   * @param ms around each step
   * @param perRowMs for each sequence that decodes
   * @param prefillMs more around one that prefills
   * @param prefillPerRowMs more around such a one for each sequence that decodes
   */
  public record Around(double ms, double perRowMs, double prefillMs, double prefillPerRowMs) {

    public Around {
      requireCosts(ms, perRowMs, prefillMs, prefillPerRowMs);
    }

    /** The same whatever the step. */
    public Around(double ms) {
      this(ms, 0, 0, 0);
    }

    /** Around a step in which so many decode. */
    public double of(int rows, boolean prefills) {
      return ms + perRowMs * rows + (prefills ? prefillMs + prefillPerRowMs * rows : 0);
    }
  }

  /**
   * Cost of decode, in milliseconds.
   *
   * @param fixedMs of a pass: weights that are read
   * @param perRow of each sequence
   * @param perContextToken of each token whose KV is read
   * @param perRank of each rank of the distinct adapters
   */
  public record Decode(double fixedMs, double perRow, double perContextToken, double perRank) {

    public Decode {
      requireCosts(fixedMs, perRow, perContextToken, perRank);
    }

    private double variableMs(StepLoad load) {
      return perRow * load.decodeRows()
          + perContextToken * load.contextTokens()
          + perRank * load.rankSum();
    }
  }

  /** A step around which always goes by the same time, in milliseconds. */
  public StepCost(Prefill prefill, Decode decode, double aroundMs) {
    this(prefill, decode, new Around(aroundMs));
  }

  /** The same with another cost of decode. */
  public StepCost with(Decode newDecode) {
    return new StepCost(prefill, newDecode, around);
  }

  /** The same with another time around it. */
  public StepCost with(Around newAround) {
    return new StepCost(prefill, decode, newAround);
  }

  /** Tokens attended to by so many tokens from a position on. */
  static long pairs(int position, int count) {
    return (long) count * position + (long) count * (count + 1) / 2;
  }

  /** Time of a step and of what is around it, in nanoseconds. */
  long nanos(StepLoad load) {
    return nanos(aroundMs(load) + engineMs(load));
  }

  /** Time around a step, in milliseconds. */
  public double aroundMs(StepLoad load) {
    return around.of(load.decodeRows(), load.hasPrefill());
  }

  /** Time of a step in the engine alone, in milliseconds. */
  public double engineMs(StepLoad load) {
    double prefillMs =
        prefill.of(load.prefillTokens(), load.prefillTokenRanks(), load.prefillPairs())
            + prefill.perTokenDecodeRank * load.tokenDecodeRanks();
    return fixedMs(load)
        + prefillMs
        + decode.variableMs(load)
        + prefill.ridge.of(load.prefillTokens() + load.decodeRows());
  }

  /** What its decode would take without its prefill, in nanoseconds. */
  long decodeNanos(StepLoad load) {
    return nanos(aroundMs(load) + decode.fixedMs + decode.variableMs(load));
  }

  private double fixedMs(StepLoad load) {
    double first = load.hasPrefill() ? prefill.fixedMs : 0;
    double second = load.hasDecode() ? decode.fixedMs : 0;
    return Math.max(first, second);
  }

  private static long nanos(double ms) {
    return Math.round(ms * NANOS_PER_MS);
  }

  private static void requireCosts(double... costs) {
    for (double cost : costs) {
      if (!(cost >= 0) || Double.isInfinite(cost)) {
        throw new IllegalArgumentException(
            "a cost of %s ms; it must be at least 0".formatted(cost));
      }
    }
  }
}
