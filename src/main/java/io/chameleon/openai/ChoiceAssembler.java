package io.chameleon.openai;

import io.chameleon.request.FinishReason;
import io.chameleon.request.RequestTiming;
import io.chameleon.request.SamplingParams;
import io.chameleon.request.TokenEvent;
import io.chameleon.text.StopStrings;
import io.chameleon.text.TokenDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes text out of the tokens of one choice and ends it at a stop string. For one stream: not safe
 * for several threads at once.
 */
final class ChoiceAssembler {

  private final int index;

  private final SamplingParams sampling;

  private final StopOptions stop;

  private final TokenDecoder decoder;

  private final StopStrings filter;

  private final LongSupplier nanoTime;

  private List<GeneratedToken> unreported = new ArrayList<>();

  private int unreportedTokens;

  private int generatedTokens;

  private int decodedCharacters;

  private @Nullable RequestTiming firstTokenTiming;

  private long firstTokenNanos;

  private boolean ended;

  /**
   * Makes an assembler.
   *
   * @param index of the choice
   * @param nanoTime nanoseconds of any origin, to time the decoding of a choice that it ends itself
   */
  ChoiceAssembler(
      int index,
      GenerationOptions options,
      TokenDecoder decoder,
      StopStrings filter,
      LongSupplier nanoTime) {
    this.index = index;
    this.sampling = options.sampling();
    this.stop = options.stop();
    this.decoder = decoder;
    this.filter = filter;
    this.nanoTime = nanoTime;
  }

  /** What the event adds, or null where nothing is to be sent yet. */
  @Nullable ChoiceUpdate accept(TokenEvent event) {
    return switch (event) {
      case TokenEvent.Token token -> onToken(token);
      case TokenEvent.Finished finished -> onFinished(finished);
    };
  }

  /**
   * Called when the stream completes.
   *
   * @throws IllegalStateException if the choice has not ended, which would pass for a whole answer
   */
  void requireEnded() {
    if (!ended) {
      throw new IllegalStateException(
          "the stream of choice %d completed after %d tokens without saying why"
              .formatted(index, generatedTokens));
    }
  }

  private @Nullable ChoiceUpdate onToken(TokenEvent.Token token) {
    count(token);
    String decoded = decoder.append(token.token());
    decodedCharacters += decoded.codePointCount(0, decoded.length());
    // As with stop tokens, a stop string counts only after min_tokens.
    String text = generatedTokens <= sampling.minTokens() ? decoded : filter.append(decoded);
    String matched = filter.matched().orElse(null);
    if (matched != null) {
      return end(text, endAtStopString(matched));
    }
    return text.isEmpty() ? null : update(text, null);
  }

  private void count(TokenEvent.Token token) {
    if (generatedTokens == 0) {
      firstTokenTiming = token.timing();
      firstTokenNanos = nanoTime.getAsLong();
    }
    generatedTokens++;
    unreportedTokens++;
    if (sampling.wantsLogprobs()) {
      unreported.add(new GeneratedToken(token, decodedCharacters));
    }
  }

  private ChoiceUpdate onFinished(TokenEvent.Finished finished) {
    Integer stopToken = finished.stopToken();
    boolean asked = stopToken != null && sampling.stopTokens().contains(stopToken);
    if (stopToken != null) {
      generatedTokens++;
      unreportedTokens++;
    }
    String shown = stopToken != null && asked && stop.included() ? decoder.append(stopToken) : "";
    String text = filter.append(shown + decoder.flush());
    String matched = filter.matched().orElse(null);
    if (matched != null) {
      StopReason reason = new StopReason.Text(matched);
      return end(text, new ChoiceEnd(FinishReason.STOP, reason, finished.timing()));
    }
    StopReason reason = stopToken != null && asked ? new StopReason.TokenId(stopToken) : null;
    return end(text + filter.flush(), new ChoiceEnd(finished.reason(), reason, finished.timing()));
  }

  private ChoiceEnd endAtStopString(String matched) {
    Duration decode = Duration.ofNanos(nanoTime.getAsLong() - firstTokenNanos);
    RequestTiming first = firstTokenTiming;
    RequestTiming timing =
        first == null
            ? null
            : new RequestTiming(
                first.queue(), first.adapter(), first.adapterTier(), first.prefill(), decode);
    return new ChoiceEnd(FinishReason.STOP, new StopReason.Text(matched), timing);
  }

  private ChoiceUpdate end(String text, ChoiceEnd end) {
    ended = true;
    return update(text, end);
  }

  private ChoiceUpdate update(String text, @Nullable ChoiceEnd end) {
    ChoiceUpdate update = new ChoiceUpdate(index, text, unreported, unreportedTokens, end);
    unreported = sampling.wantsLogprobs() ? new ArrayList<>() : unreported;
    unreportedTokens = 0;
    return update;
  }
}
