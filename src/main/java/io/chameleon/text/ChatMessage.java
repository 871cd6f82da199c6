package io.chameleon.text;

/**
 * One turn of a conversation, as the chat template sees it.
 *
 * @param role system, user, assistant or tool
 * @param content text
 */
public record ChatMessage(String role, String content) {}
