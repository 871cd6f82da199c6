package io.chameleon.text;

import io.chameleon.request.InvalidRequestException;
import java.util.Set;

/**
 * One turn of a conversation, as the chat template sees it.
 *
 * @param role system, developer (another word for system), user, assistant or tool; no other, since
 *     templates build special tokens from it
 * @param content text
 */
public record ChatMessage(String role, String content) {

  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool");

  public ChatMessage {
    if (!ROLES.contains(role)) {
      throw new InvalidRequestException(
          "messages",
          "role is '%s'; it must be system, developer, user, assistant or tool".formatted(role));
    }
  }

  /** The same content from the same role. */
  ChatMessage withContent(String other) {
    return new ChatMessage(role, other);
  }
}
