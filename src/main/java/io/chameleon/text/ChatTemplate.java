package io.chameleon.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.tree.Node;
import io.chameleon.request.InvalidRequestException;
import io.chameleon.text.PythonValues.None;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/**
 * A model's chat template, rendered as transformers does: the same variables, Jinja2's semantics as
 * far as published templates use them. What the template language does not cover is refused, never
 * rendered in part. Safe for any number of threads.
 *
 * <p>Known to differ from Jinja2: where an undefined value is printed or added to another, Jinja2
 * may refuse and this does not.
 */
final class ChatTemplate {

  /** Longest text a template may render, in characters. */
  static final int MAX_RENDERED_CHARS = 16 << 20;

  private static final int MAX_RECURSION = 20;

  private final Jinjava jinjava;
  private final Node root;
  private final Map<String, Object> constants = new HashMap<>();

  /**
   * Reads a template.
   *
   * @param source Jinja2
   * @param specialTokens such as bos_token, by the name templates use
   * @param clock time and zone of {@code strftime_now}
   * @throws UnsupportedTemplateException if the template cannot be read
   */
  ChatTemplate(String source, Map<String, String> specialTokens, Clock clock) {
    jinjava = new PythonJinjava(config());
    JinjavaExtensions.register(jinjava);
    constants.putAll(specialTokens);
    constants.put(JinjavaExtensions.CLOCK, clock);
    for (String none : List.of("none", "None", "tools", "documents")) {
      constants.put(none, None.NONE);
    }
    for (String function : List.of("strftime_now", "raise_exception")) {
      constants.put(
          function, "<function %s>".formatted(function)); // templates ask if it is defined
    }
    JinjavaInterpreter interpreter = interpreter(Map.of());
    root = interpreter.parse(JinjavaSource.of(source, JinjavaExtensions.names(jinjava)));
    if (!interpreter.getErrorsCopy().isEmpty()) {
      throw new UnsupportedTemplateException(interpreter.getErrorsCopy().getFirst().getMessage());
    }
  }

  private static JinjavaConfig config() {
    ELResolver resolver = new CompositeELResolver();
    ((CompositeELResolver) resolver).add(new PythonMethods());
    ((CompositeELResolver) resolver).add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
    return JinjavaConfig.newBuilder()
        .withElResolver(resolver)
        .withNestedInterpretationEnabled(false)
        .withTrimBlocks(false)
        .withLstripBlocks(false)
        .withKeepTrailingNewline(true)
        .withMaxOutputSize(MAX_RENDERED_CHARS)
        .withEnableRecursiveMacroCalls(true)
        .withMaxMacroRecursionDepth(MAX_RECURSION)
        .withLegacyOverrides(
            LegacyOverrides.newBuilder()
                .withEvaluateMapKeys(true)
                .withIterateOverMapKeys(true)
                .withUseNaturalOperatorPrecedence(true)
                .withHandleBackslashInQuotesOnly(true)
                .build())
        .build();
  }

  private JinjavaInterpreter interpreter(Map<String, ?> variables) {
    Context context = new Context(jinjava.getGlobalContextCopy(), variables);
    return new JinjavaInterpreter(jinjava, context, jinjava.getGlobalConfig());
  }

  /**
   * Renders a conversation.
   *
   * @throws InvalidRequestException if the template refuses the conversation or cannot render it
   */
  String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    Map<String, Object> variables = new HashMap<>(constants);
    variables.put("messages", messages.stream().map(ChatTemplate::asDict).toList());
    variables.put("add_generation_prompt", addGenerationPrompt);
    JinjavaInterpreter interpreter = interpreter(variables);
    String rendered;
    try {
      rendered = interpreter.render(root);
    } catch (RuntimeException e) {
      throw failure(e, e.getMessage());
    }
    List<TemplateError> errors = interpreter.getErrorsCopy();
    if (!errors.isEmpty()) {
      TemplateError first = errors.getFirst();
      throw failure(first.getException(), first.getMessage());
    }
    return rendered;
  }

  private static Map<String, Object> asDict(ChatMessage message) {
    Map<String, Object> dict = new LinkedHashMap<>();
    dict.put("role", message.role());
    dict.put("content", message.content());
    return dict;
  }

  private static InvalidRequestException failure(
      @Nullable Throwable thrown, @Nullable String message) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConversationRefusedException refused) {
        return new InvalidRequestException(
            "messages", "the chat template refuses the conversation: " + refused.getMessage());
      }
    }
    InvalidRequestException failure =
        new InvalidRequestException(
            "messages", "the chat template cannot render the conversation: " + message);
    if (thrown != null) {
      failure.initCause(thrown);
    }
    return failure;
  }
}
