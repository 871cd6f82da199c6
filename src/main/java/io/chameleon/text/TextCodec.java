package io.chameleon.text;

import java.util.List;

/**
 * Text to tokens and back, for one model folder. Safe for any number of threads; the calls take
 * microseconds to milliseconds of CPU and must stay off the event loop.
 */
public interface TextCodec {

  /**
   * Renders the conversation with the model's chat template, generation prompt added, and encodes it.
   *
   * @throws io.chameleon.request.InvalidRequestException if the template refuses the conversation
   */
  int[] encodeChat(List<ChatMessage> messages);

  /** Encodes a plain prompt, with the special tokens that the tokenizer puts around a text. */
  int[] encodePrompt(String prompt);

  /** A decoder for one answer. */
  TokenDecoder newDecoder();

  /** The bytes that a token stands for; the text of a special token. */
  byte[] tokenBytes(int token);

  /** Number of token ids, special ones included. */
  int vocabularySize();
}
