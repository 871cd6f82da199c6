package io.chameleon.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.chameleon.request.InvalidRequestException;
import io.chameleon.text.ContentGuard.Guarded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Encodes rendered conversations with stand-ins. A stretch between two tokens of the template that
 * has a stand-in is restored and encoded by a second tokenizer, made of the same file without the
 * guarded tokens; all other stretches by the model's own, as Hugging Face does. The second
 * tokenizer is made when it is first needed.
 */
final class GuardedEncoder implements AutoCloseable {

  private final TokenizerFile file;
  private final Set<AddedToken> guarded;
  private final Set<Integer> guardedIds;
  private final HuggingFaceTokenizer tokenizer;
  private final Pattern tokens;
  private final Map<String, AddedToken> byContent;

  /** In no text, since no one can know it. */
  private final String nonce = UUID.randomUUID().toString();

  private final Object lock = new Object();
  private @Nullable HuggingFaceTokenizer first;
  private @Nullable HuggingFaceTokenizer inner;

  GuardedEncoder(TokenizerFile file, ContentGuard guard, HuggingFaceTokenizer tokenizer) {
    this.file = file;
    this.tokenizer = tokenizer;
    guarded = new HashSet<>(guard.guarded());
    guardedIds = new HashSet<>();
    guarded.forEach(token -> guardedIds.add(token.id()));
    tokens = ContentGuard.anyOf(guard.guarded());
    byContent = new HashMap<>();
    guarded.forEach(token -> byContent.put(token.content(), token));
  }

  /**
   * Encodes a rendered conversation; adds no special tokens.
   *
   * @throws InvalidRequestException if the tokenizer has a token for a guarded text even without it
   */
  int[] encode(String rendered, Guarded conversation) {
    IntStream.Builder ids = IntStream.builder();
    Matcher token = tokens.matcher(rendered);
    int done = 0;
    int start = 0;
    @Nullable AddedToken before = null;
    while (start <= rendered.length()) {
      boolean found = token.find(start);
      int end = found ? token.start() : rendered.length();
      @Nullable AddedToken after = found ? byContent.get(token.group()) : null;
      if (conversation.isHiddenIn(rendered, start, end)) {
        append(tokenizer, rendered.substring(done, start), ids);
        String text = trimmed(rendered.substring(start, end), before, after);
        appendGuarded(conversation.restore(text), start == 0, ids);
        done = end;
      }
      if (!found) {
        break;
      }
      before = after;
      start = token.end();
    }
    append(tokenizer, rendered.substring(done), ids);
    return ids.build().toArray();
  }

  private static String trimmed(
      String text, @Nullable AddedToken before, @Nullable AddedToken after) {
    String left = before != null && before.swallowsRight() ? PythonStrings.lstrip(text) : text;
    return after != null && after.swallowsLeft() ? PythonStrings.rstrip(left) : left;
  }

  private void appendGuarded(String text, boolean atStart, IntStream.Builder ids) {
    IntStream.Builder encoded = IntStream.builder();
    append(plain(atStart), text, encoded);
    for (int id : encoded.build().toArray()) {
      if (guardedIds.contains(id)) {
        throw new InvalidRequestException(
            "messages",
            "a message spells the special token %d, which this tokenizer cannot encode as text"
                .formatted(id));
      }
      ids.add(id);
    }
  }

  private static void append(HuggingFaceTokenizer with, String text, IntStream.Builder ids) {
    if (!text.isEmpty()) {
      for (long id : with.encode(text, false, false).getIds()) {
        ids.add((int) id);
      }
    }
  }

  private HuggingFaceTokenizer plain(boolean atStart) {
    synchronized (lock) {
      HuggingFaceTokenizer made = atStart ? first : inner;
      if (made != null) {
        return made;
      }
      try {
        made = HuggingFaceTextCodec.tokenizer(file.without(guarded, nonce, !atStart));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read %s again".formatted(file.path()), e);
      }
      if (atStart) {
        first = made;
      } else {
        inner = made;
      }
      return made;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (first != null) {
        first.close();
      }
      if (inner != null) {
        inner.close();
      }
    }
  }
}
