package io.chameleon.text;

import io.chameleon.request.InvalidRequestException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Keeps the special tokens of a conversation to those of the chat template.
 *
 * <p>Before rendering, what spells a token in a message is replaced by a stand-in, one character of
 * the private use area that the conversation does not use, so that in the rendered text a token can
 * only be the template's own. What stood there is put back when the text is encoded, by a tokenizer
 * without these tokens. A stand-in is a single character because a template may cut a text
 * anywhere. Also replaced is the beginning of a token at a message's end, and the end of one at its
 * beginning, since the template could complete it.
 *
 * <p>Guarded are all special tokens, and of the others those that the template itself names: they
 * mark turns too, such as a tool's answer. The latter are left alone in the assistant's messages,
 * where templates look for them (the reasoning to be dropped), and where the model put them.
 */
final class ContentGuard {

  private static final char FIRST_STAND_IN = '\ue000';
  private static final char LAST_STAND_IN = '\uf8ff';

  /**
   * Messages with stand-ins.
   *
   * @param hidden what each stand-in stands for; empty where nothing was replaced
   */
  record Guarded(List<ChatMessage> messages, Map<Character, String> hidden) {

    /** The text with everything put back. */
    String restore(String text) {
      StringBuilder out = new StringBuilder(text.length());
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        String original = hidden.get(c);
        out.append(original == null ? String.valueOf(c) : original);
      }
      return out.toString();
    }

    /** Whether there is a stand-in in part of a text. */
    boolean isHiddenIn(String text, int from, int to) {
      for (int i = from; i < to; i++) {
        if (hidden.containsKey(text.charAt(i))) {
          return true;
        }
      }
      return false;
    }
  }

  /** The tokens of one kind of message: where they occur, and where they might begin or end. */
  private static final class Tokens {

    private final Pattern whole;
    private final Set<String> beginnings = new HashSet<>();
    private final Set<String> ends = new HashSet<>();
    private final int longest;

    Tokens(List<AddedToken> tokens) {
      whole = anyOf(tokens);
      for (AddedToken token : tokens) {
        for (int i = 1; i < token.content().length(); i++) {
          beginnings.add(token.content().substring(0, i));
          ends.add(token.content().substring(i));
        }
      }
      longest = tokens.stream().mapToInt(token -> token.content().length()).max().orElse(0);
    }

    /** Length of the longest end of a token that the text starts with. */
    int endAtStart(String text) {
      for (int n = Math.min(longest, text.length()); n > 0; n--) {
        if (ends.contains(text.substring(0, n))) {
          return n;
        }
      }
      return 0;
    }

    /** Length of the longest beginning of a token that the text ends with. */
    int beginningAtEnd(String text) {
      for (int n = Math.min(longest, text.length()); n > 0; n--) {
        if (beginnings.contains(text.substring(text.length() - n))) {
          return n;
        }
      }
      return 0;
    }
  }

  private final String template;
  private final Tokens everywhere;
  private final Tokens fromAssistant;
  private final List<AddedToken> guarded;

  /**
   * A guard for one model.
   *
   * @param added the tokenizer's added tokens
   * @param template the chat template's source
   */
  ContentGuard(List<AddedToken> added, String template) {
    this.template = template;
    guarded =
        added.stream()
            .filter(token -> token.special() || template.contains(token.content()))
            .filter(token -> !token.content().isEmpty())
            .toList();
    everywhere = new Tokens(guarded);
    fromAssistant = new Tokens(guarded.stream().filter(AddedToken::special).toList());
  }

  /** The tokens that a message may not bring in. */
  List<AddedToken> guarded() {
    return guarded;
  }

  /** Finds any of the tokens, the longest first. */
  static Pattern anyOf(List<AddedToken> tokens) {
    if (tokens.isEmpty()) {
      return Pattern.compile("(?!)");
    }
    return Pattern.compile(
        tokens.stream()
            .map(AddedToken::content)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|")));
  }

  /** Replaces what spells a token. */
  Guarded guard(List<ChatMessage> messages) {
    StandIns standIns = new StandIns(template, messages);
    List<ChatMessage> replaced = new ArrayList<>(messages.size());
    for (ChatMessage message : messages) {
      Tokens tokens = message.role().equals("assistant") ? fromAssistant : everywhere;
      replaced.add(message.withContent(replace(message.content(), tokens, standIns)));
    }
    return new Guarded(replaced, standIns.hidden);
  }

  private static String replace(String content, Tokens tokens, StandIns standIns) {
    StringBuilder out = new StringBuilder(content.length());
    Matcher token = tokens.whole.matcher(content);
    int end = 0;
    while (token.find()) {
      out.append(content, end, token.start()).append(standIns.of(token.group()));
      end = token.end();
    }
    String rest = out.append(content, end, content.length()).toString();
    return replaceEdges(rest, tokens, standIns);
  }

  private static String replaceEdges(String content, Tokens tokens, StandIns standIns) {
    // templates trim, so what counts is the edge of the stripped text
    String core = PythonStrings.strip(content);
    int start = tokens.endAtStart(core);
    int end = tokens.beginningAtEnd(core.substring(start));
    if (start + end == 0) {
      return content;
    }
    int from = content.length() - PythonStrings.lstrip(content).length();
    int to = from + core.length();
    return content.substring(0, from)
        + standIns.of(content.substring(from, from + start))
        + content.substring(from + start, to - end)
        + standIns.of(content.substring(to - end, to))
        + content.substring(to);
  }

  /** Characters of the private use area that neither the template nor a message uses. */
  private static final class StandIns {

    private final Map<Character, String> hidden = new HashMap<>();
    private final Map<String, String> standIns = new HashMap<>();
    private final BitSet used = new BitSet();

    StandIns(String template, List<ChatMessage> messages) {
      markUsed(template);
      messages.forEach(message -> markUsed(message.content()));
    }

    private void markUsed(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c >= FIRST_STAND_IN && c <= LAST_STAND_IN) {
          used.set(c - FIRST_STAND_IN);
        }
      }
    }

    String of(String original) {
      return original.isEmpty() ? "" : standIns.computeIfAbsent(original, this::next);
    }

    private String next(String original) {
      char standIn = (char) (FIRST_STAND_IN + used.nextClearBit(0));
      if (standIn > LAST_STAND_IN) {
        throw new InvalidRequestException(
            "messages",
            "the messages use all %d private use characters; at least one must be free"
                .formatted(LAST_STAND_IN - FIRST_STAND_IN + 1));
      }
      used.set(standIn - FIRST_STAND_IN);
      hidden.put(standIn, original);
      return String.valueOf(standIn);
    }
  }
}
