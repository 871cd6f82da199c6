package io.chameleon.text;

import io.chameleon.text.TemplateToken.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Writes a Jinja2 expression for Jinjava: the value of a keyword argument in parentheses, because
 * Jinjava binds the equals sign as tightly as a sum; the operand of {@code not} likewise, because
 * Jinjava binds it more tightly than {@code is} and comparisons; {@code [::-1]} as a call of {@link
 * PythonMethods#REVERSED}.
 */
final class ExpressionRewriter {

  private static final Set<String> KEYWORDS =
      Set.of("and", "or", "not", "in", "is", "if", "else", "elif", "set", "for", "do");

  private static final Set<String> END_OF_OPERAND =
      Set.of("and", "or", "if", "else", ",", ":", String.valueOf(JinjavaSource.FOR_IF));

  /** What a bracket opened. */
  private enum Bracket {
    CALL,
    CALL_IN_KEYWORD_ARGUMENT,
    OTHER
  }

  private final List<TemplateToken> tokens;
  private final TemplateNames names;
  private final Deque<Bracket> brackets = new ArrayDeque<>();

  /** For each open parenthesis around an operand of {@code not}: how many brackets enclose it. */
  private final Deque<Integer> negations = new ArrayDeque<>();

  private final StringBuilder out = new StringBuilder();
  private TemplateToken last = TemplateToken.operator("");

  /** Whether the last token is the {@code not} of {@code is not}. */
  private boolean isNegatedTest;

  ExpressionRewriter(List<TemplateToken> tokens, TemplateNames names) {
    this.tokens = tokens;
    this.names = names;
  }

  String rewrite() {
    int i = 0;
    while (i < tokens.size()) {
      if (isReversal(i)) {
        out.append('.').append(PythonMethods.REVERSED).append("()");
        last = TemplateToken.operator(")");
        i += 6;
      } else if (isKeywordArgument(i)) {
        append(tokens.get(i));
        out.append("=(");
        last = TemplateToken.operator("");
        brackets.pop();
        brackets.push(Bracket.CALL_IN_KEYWORD_ARGUMENT);
        i += 2;
      } else if (isNotIn(i)) {
        append(tokens.get(i));
        append(tokens.get(i + 1));
        i += 2;
      } else {
        token(tokens.get(i));
        i++;
      }
    }
    return out.append(")".repeat(negations.size())).toString();
  }

  private void token(TemplateToken token) {
    while (!negations.isEmpty() && negations.peek() == brackets.size() && endsOperand(token)) {
      out.append(')');
      negations.pop();
    }
    requireKnown(token);
    boolean endsArgument = token.isOperator(",") || token.isOperator(")");
    if (endsArgument && brackets.peek() == Bracket.CALL_IN_KEYWORD_ARGUMENT) {
      out.append(')');
      brackets.pop();
      brackets.push(Bracket.CALL);
    }
    if (token.nesting() > 0) {
      brackets.push(token.isOperator("(") && isCallee(last) ? Bracket.CALL : Bracket.OTHER);
    } else if (token.nesting() < 0) {
      brackets.poll();
    }
    isNegatedTest = token.isName("not") && last.isName("is");
    boolean negates = token.isName("not") && !isNegatedTest;
    append(token);
    if (negates) {
      out.append(" (");
      last = TemplateToken.operator("");
      negations.push(brackets.size());
    }
  }

  private void requireKnown(TemplateToken token) {
    if (token.kind() != Kind.NAME || token.isName("not")) {
      return;
    }
    if (last.isOperator("|")) {
      names.requireFilter(token.text());
    } else if (last.isName("is") || (isNegatedTest && last.isName("not"))) {
      names.requireTest(token.text());
    }
  }

  private static boolean endsOperand(TemplateToken token) {
    return token.nesting() < 0
        || (END_OF_OPERAND.contains(token.text()) && token.kind() != Kind.STRING);
  }

  private void append(TemplateToken token) {
    if (token.needsBlankAfter(last)) {
      out.append(' ');
    }
    out.append(token.source());
    last = token;
  }

  private static boolean isCallee(TemplateToken token) {
    return token.isOperator(")")
        || token.isOperator("]")
        || (token.kind() == Kind.NAME && !KEYWORDS.contains(token.text()));
  }

  private boolean isKeywordArgument(int i) {
    return brackets.peek() == Bracket.CALL
        && (last.isOperator("(") || last.isOperator(","))
        && tokens.get(i).kind() == Kind.NAME
        && i + 1 < tokens.size()
        && tokens.get(i + 1).isOperator("=");
  }

  private boolean isNotIn(int i) {
    return i + 1 < tokens.size() && tokens.get(i).isName("not") && tokens.get(i + 1).isName("in");
  }

  private boolean isReversal(int i) {
    return i + 6 <= tokens.size()
        && tokens.get(i).isOperator("[")
        && tokens.get(i + 1).isOperator(":")
        && tokens.get(i + 2).isOperator(":")
        && tokens.get(i + 3).isOperator("-")
        && tokens.get(i + 4).text().equals("1")
        && tokens.get(i + 5).isOperator("]");
  }
}
