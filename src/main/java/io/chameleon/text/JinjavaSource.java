package io.chameleon.text;

import io.chameleon.text.TemplateLexer.Output;
import io.chameleon.text.TemplateLexer.Piece;
import io.chameleon.text.TemplateLexer.Statement;
import io.chameleon.text.TemplateLexer.Text;
import java.util.List;

/**
 * Rewrites a Jinja2 template so that Jinjava renders what Jinja2 would. Jinjava differs in white
 * space control (settled before, by {@link TemplateLexer}), in string escapes, in the precedence of
 * keyword arguments, in slices with a step, in {@code for … if}, and in how it prints values.
 */
final class JinjavaSource {

  /** Prints a value as Python does; defined by {@link JinjavaExtensions}. */
  static final String PRINT = "print_as_python";

  /** Stands between the iterable and the condition of {@code for … if}. */
  static final char FOR_IF = '\u0001';

  private JinjavaSource() {}

  /**
   * The same template for Jinjava.
   *
   * @throws UnsupportedTemplateException if the template has what cannot be rewritten
   */
  static String of(String template, TemplateNames names) {
    StringBuilder out = new StringBuilder(template.length() * 2);
    for (Piece piece : TemplateLexer.lex(template)) {
      switch (piece) {
        case Text(var text) -> appendText(out, text);
        case Output(var code) ->
            out.append("{{ ").append(PRINT).append('(').append(rewrite(code, names)).append(") }}");
        case Statement(var code) -> appendStatement(out, code, names);
      }
    }
    return out.toString();
  }

  private static void appendText(StringBuilder out, String text) {
    // as a literal, because braces beside a tag would be read as part of it
    if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
      out.append("{{ ").append(TemplateToken.literal(text)).append(" }}");
    } else {
      out.append(text);
    }
  }

  private static void appendStatement(StringBuilder out, String code, TemplateNames names) {
    List<TemplateToken> tokens = TemplateToken.scan(code);
    if (tokens.isEmpty()) {
      throw new UnsupportedTemplateException("an empty statement");
    }
    String rewritten =
        switch (tokens.getFirst().text()) {
          case "generation", "endgeneration" -> ""; // marks a span for training, prints as it is
          case "macro", "call" -> TemplateToken.join(tokens);
          case "for" -> new ExpressionRewriter(markCondition(tokens), names).rewrite();
          default -> new ExpressionRewriter(tokens, names).rewrite();
        };
    if (!rewritten.isEmpty()) {
      out.append("{% ").append(rewritten).append(" %}");
    }
  }

  private static String rewrite(String code, TemplateNames names) {
    return new ExpressionRewriter(TemplateToken.scan(code), names).rewrite();
  }

  private static List<TemplateToken> markCondition(List<TemplateToken> tokens) {
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      TemplateToken token = tokens.get(i);
      depth += token.nesting();
      if (depth == 0 && token.isName("recursive")) {
        throw new UnsupportedTemplateException("for … recursive is not supported");
      }
      if (depth == 0 && token.isName("if")) {
        tokens.set(i, TemplateToken.operator(String.valueOf(FOR_IF)));
      }
    }
    return tokens;
  }
}
