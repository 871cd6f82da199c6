package io.chameleon.openai;

import io.chameleon.request.InvalidRequestException;
import io.chameleon.text.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Reads {@code messages}: text only, either a string or text parts, which are joined by lines. */
final class ChatMessages {

  private ChatMessages() {}

  /** The conversation of a body. */
  static List<ChatMessage> read(RequestFields body) {
    String wanted = "an array of at least one message";
    JsonNode node = body.required("messages", wanted);
    if (!(node instanceof ArrayNode array) || array.isEmpty()) {
      throw JsonValues.wrong(node, "messages", wanted);
    }
    List<ChatMessage> messages = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      messages.add(message(RequestFields.at(array.get(i), "messages[%d]".formatted(i))));
    }
    return messages;
  }

  private static ChatMessage message(RequestFields message) {
    String role = role(message);
    refuseCalls(message, "tool_calls");
    refuseCalls(message, "function_call");
    JsonNode content = message.required("content", "a string or an array of text parts");
    return new ChatMessage(role, content(content, message.path("content")));
  }

  private static String role(RequestFields message) {
    String role = message.string("role");
    return switch (role) {
      case "system", "user", "assistant", "tool" -> role;
      case "developer" -> "system";
      default ->
          throw new InvalidRequestException(
              message.path("role"),
              "%s is `%s`; it must be system, developer, user, assistant or tool."
                  .formatted(message.path("role"), JsonValues.shorten(role)));
    };
  }

  /** The chat template would leave them out, and the answer would be to another conversation. */
  private static void refuseCalls(RequestFields message, String name) {
    @Nullable JsonNode calls = message.optional(name);
    if (calls != null && !calls.isEmpty()) {
      throw new InvalidRequestException(
          message.path(name),
          "%s is set; this service does not support tool calls.".formatted(message.path(name)));
    }
  }

  private static String content(JsonNode content, String path) {
    if (content.isString()) {
      return JsonValues.string(content, path);
    }
    if (!(content instanceof ArrayNode parts)) {
      throw JsonValues.wrong(content, path, "a string or an array of text parts");
    }
    StringJoiner text = new StringJoiner("\n");
    for (int i = 0; i < parts.size(); i++) {
      text.add(part(RequestFields.at(parts.get(i), "%s[%d]".formatted(path, i))));
    }
    return text.toString();
  }

  private static String part(RequestFields part) {
    String type = part.string("type");
    if (!type.equals("text")) {
      throw new InvalidRequestException(
          part.path("type"),
          "%s is `%s`; this service supports only `text`."
              .formatted(part.path("type"), JsonValues.shorten(type)));
    }
    return part.string("text");
  }
}
