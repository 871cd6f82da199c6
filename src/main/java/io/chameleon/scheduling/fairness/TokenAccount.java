package io.chameleon.scheduling.fairness;

/** What the service has done for one key, in weighted tokens. For one thread. */
public final class TokenAccount {

  private final String key;

  private final int inputWeight;

  private final int outputWeight;

  private long served;

  private int waiting;

  TokenAccount(String key, int inputWeight, int outputWeight) {
    this.key = key;
    this.inputWeight = inputWeight;
    this.outputWeight = outputWeight;
  }

  /** A prompt of so many tokens is served. */
  public void chargeInput(int tokens) {
    served += inputCost(tokens);
  }

  /** So many tokens were generated. */
  public void chargeOutput(int tokens) {
    served += (long) outputWeight * tokens;
  }

  /** What a prompt of so many tokens counts. */
  public long inputCost(int tokens) {
    return (long) inputWeight * tokens;
  }

  /** What was served, with what it was lifted by. */
  public long served() {
    return served;
  }

  String key() {
    return key;
  }

  /** Whether requests of its key wait. */
  public boolean isActive() {
    return waiting > 0;
  }

  void liftTo(long least) {
    served = Math.max(served, least);
  }

  void begins() {
    waiting++;
  }

  void ends() {
    waiting--;
  }
}
