package io.chameleon.openai;

/** Counts the tokens of one streamed answer; for one thread at a time. */
final class UsageMeter {

  private Usage usage;

  UsageMeter(long promptTokens) {
    this.usage = new Usage(promptTokens, 0);
  }

  /** Counts what is new and returns the usage so far. */
  Usage count(ChoiceUpdate update) {
    usage = usage.plus(update.newTokens());
    return usage;
  }

  Usage usage() {
    return usage;
  }
}
