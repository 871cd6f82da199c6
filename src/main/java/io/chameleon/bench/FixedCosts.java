package io.chameleon.bench;

import io.chameleon.simulation.StepCost;
import java.util.ArrayList;
import java.util.List;

/**
 * A step that prefills and decodes pays the larger of two fixed costs, which makes its time linear
 * in the costs only for who knows which one is larger. So it is guessed, and a guess has to come
 * out as it was guessed.
 *
 * <p>It is of single steps, each a phase of its own.
 *
 * @param prefill a term for each single step that pays the prefill's
 * @param decode the same for the decode's
 * @param lead over 0 if the prefill's is taken for the larger one, below 0 if the decode's, or 0
 */
record FixedCosts(StepFit.Term prefill, StepFit.Term decode, int lead) {

  private static final String PREFILL = "prefill.fixed-ms";

  private static final String DECODE = "decode.fixed-ms";

  /** What tokens beyond the ridge cost more. */
  static final String BEYOND_RIDGE = "prefill.per-token-beyond-ridge-ms";

  /** All guesses; the last one is always right. */
  static final List<FixedCosts> GUESSES =
      List.of(
          new FixedCosts(
              new StepFit.Term(PREFILL, PhaseTotals::chunks),
              new StepFit.Term(DECODE, step -> 1 - step.chunks()),
              1),
          new FixedCosts(
              new StepFit.Term(PREFILL, step -> step.decodeRows() > 0 ? 0 : 1),
              new StepFit.Term(DECODE, step -> step.decodeRows() > 0 ? 1 : 0),
              -1),
          new FixedCosts(StepFit.FIXED, StepFit.FIXED, 0));

  /** Costs that a profile has, as a fit starts from them. */
  StepFit known(StepCost given) {
    StepCost.Prefill ofPrefill = given.prefill();
    StepCost.Decode ofDecode = given.decode();
    List<StepFit.Term> terms = new ArrayList<>(StepFit.PROFILE);
    List<Double> costs =
        new ArrayList<>(
            List.of(
                Math.max(ofPrefill.fixedMs(), ofDecode.fixedMs()),
                ofPrefill.perToken(),
                ofPrefill.perTokenRank(),
                ofPrefill.perPair(),
                ofDecode.perRow(),
                ofDecode.perContextToken(),
                ofDecode.perRank(),
                ofPrefill.perTokenDecodeRank()));
    StepCost.Ridge ridge = ofPrefill.ridge();
    terms.add(
        new StepFit.Term(
            BEYOND_RIDGE, step -> ridge.beyond(step.prefillTokens() + step.decodeRows())));
    costs.add(ridge.perTokenBeyond());
    if (lead != 0) {
      terms.set(0, prefill);
      costs.set(0, ofPrefill.fixedMs());
      terms.add(decode);
      costs.add(ofDecode.fixedMs());
    }
    return new StepFit(terms, costs);
  }

  /** Whether the fixed costs are as was guessed. */
  boolean isRight(StepFit fit) {
    return lead * (fit.cost(prefill) - fit.cost(decode)) >= 0;
  }

  /**
   * The costs of a fit.
   *
   * @param given from which it started
   */
  StepCost cost(StepFit fit, StepCost given, StepCost.Around around) {
    return new StepCost(
        new StepCost.Prefill(
            fit.cost(prefill),
            fit.cost(StepFit.PER_TOKEN),
            fit.cost(StepFit.PER_TOKEN_RANK),
            fit.cost(StepFit.PER_PAIR),
            fit.cost(StepFit.PER_TOKEN_DECODE_RANK),
            new StepCost.Ridge(given.prefill().ridge().tokens(), fit.cost(BEYOND_RIDGE))),
        new StepCost.Decode(
            fit.cost(decode),
            fit.cost(StepFit.PER_ROW),
            fit.cost(StepFit.PER_CONTEXT_TOKEN),
            fit.cost(StepFit.PER_RANK)),
        around);
  }
}
