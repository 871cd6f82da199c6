package io.chameleon.openai;

import java.util.List;
import java.util.stream.Stream;

/** Collects the choices of an answer that is sent at once. */
final class WholeAnswer {

  private final List<ChoiceResult> choices;

  private Usage usage;

  /** An answer of which nothing has come yet. */
  WholeAnswer(Generation generation) {
    this.choices = Stream.generate(ChoiceResult::new).limit(generation.sequences().size()).toList();
    this.usage = new Usage(generation.promptTokens(), 0);
  }

  /** Adds what is new of one choice. */
  void add(ChoiceUpdate update) {
    choices.get(update.index()).add(update);
    usage = usage.plus(update.newTokens());
  }

  List<ChoiceResult> choices() {
    return choices;
  }

  Usage usage() {
    return usage;
  }
}
