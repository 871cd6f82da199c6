package io.chameleon.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether each token of an answer is the likeliest one, as a service says that does nothing
 * else meanwhile. Where another token was as good as likeliest, the rest is judged as what follows
 * the token that was given, so that each token of an answer is judged.
 */
final class TokenCheck {

  private final Map<String, Integer> ids = new HashMap<>();

  private final Asker asker;

  /** Asks for an answer, greedy, with the likeliest tokens of each place. */
  @FunctionalInterface
  interface Asker {
    GeneratedTokens ask(String model, int[] prompt, int tokens);
  }

  /** What came out. */
  enum Verdict {
    /** Each token is the likeliest. */
    EQUAL,
    /** Each is, or as good as that. */
    TIED,
    /** One is not. */
    WRONG,
    /** A tie was followed by tokens that are not known by their text. */
    UNKNOWN
  }

  /**
   * A verdict.
   *
   * @param worstGap the most by which a token was less likely than the likeliest
   */
  record Finding(Verdict verdict, double worstGap) {}

  /**
   * A check.
   *
   * @param vocabulary how many token ids there are
   * @param texts of each; one that several have tells nothing
   */
  TokenCheck(int vocabulary, IntFunction<String> texts, Asker asker) {
    this.asker = asker;
    Set<String> ambiguous = new HashSet<>();
    for (int id = 0; id < vocabulary; id++) {
      if (ids.putIfAbsent(texts.apply(id), id) != null) {
        ambiguous.add(texts.apply(id));
      }
    }
    ambiguous.forEach(ids::remove);
  }

  /**
   * The largest difference between log-probabilities of the same tokens in two ways that are both
   * right: an answer token by token, and its second half behind a prompt that has the first.
   *
   * @return nothing if the tokens of the first half are not known by their texts
   */
  OptionalDouble noise(String model, int[] prompt, int count) {
    GeneratedTokens whole = asker.ask(model, prompt, count);
    int half = whole.size() / 2;
    int[] first = tokens(whole.texts().subList(0, half));
    if (first == null || half == 0) {
      return OptionalDouble.empty();
    }
    GeneratedTokens second = asker.ask(model, joined(prompt, first), whole.size() - half);
    int same = samePlaces(whole, half, second);
    // Where they part, both still speak of the same place.
    int places = Math.min(same + 1, Math.min(whole.size() - half, second.size()));
    return IntStream.range(0, places)
        .mapToDouble(i -> difference(whole.candidates().get(half + i), second.candidates().get(i)))
        .max();
  }

  private static double difference(Map<String, Double> one, Map<String, Double> other) {
    return one.entrySet().stream()
        .mapToDouble(
            each -> Math.abs(each.getValue() - other.getOrDefault(each.getKey(), each.getValue())))
        .max()
        .orElse(0);
  }

  /**
   * Judges an answer that was given to a prompt.
   *
   * @param tie by how much less likely a token may be, in natural logarithms; 0 for not another
   */
  Finding check(String model, int[] prompt, GeneratedTokens given, double tie) {
    double worst = 0;
    int judged = 0;
    int[] known = prompt;
    while (judged < given.size()) {
      GeneratedTokens alone = asker.ask(model, known, given.size() - judged);
      int same = samePlaces(given, judged, alone);
      if (judged + same == given.size()) {
        break;
      }
      String other = given.texts().get(judged + same);
      worst = Math.max(worst, alone.gap(same, other));
      if (tie == 0 || !(worst <= tie)) {
        return new Finding(Verdict.WRONG, worst);
      }
      int[] more = tokens(given.texts().subList(judged, judged + same + 1));
      judged += same + 1;
      if (more == null && judged < given.size()) {
        return new Finding(Verdict.UNKNOWN, worst);
      }
      known = more == null ? known : joined(known, more);
    }
    return new Finding(worst == 0 ? Verdict.EQUAL : Verdict.TIED, worst);
  }

  private static int samePlaces(GeneratedTokens given, int from, GeneratedTokens alone) {
    int most = Math.min(given.size() - from, alone.size());
    return IntStream.range(0, most)
        .filter(i -> !given.texts().get(from + i).equals(alone.texts().get(i)))
        .findFirst()
        .orElse(most);
  }

  private int @Nullable [] tokens(List<String> texts) {
    return ids.keySet().containsAll(texts)
        ? texts.stream().mapToInt(text -> ids.getOrDefault(text, 0)).toArray()
        : null;
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }
}
