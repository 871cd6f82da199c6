package io.chameleon.text;

import java.util.List;

/**
 * Text to tokens and back, for one model folder. Safe for any number of threads; the calls take
 * microseconds to milliseconds of CPU and must stay off the event loop.
 */
public interface TextCodec {

  /**
   * Renders the conversation with the model's chat template, generation prompt added, and encodes
   * it. Special tokens come from the template alone: a message that spells one is encoded as
   * ordinary text.
   *
   * @throws io.chameleon.request.InvalidRequestException if the template refuses the conversation,
   *     or the model has no chat template
   */
  int[] encodeChat(List<ChatMessage> messages);

  /**
   * Encodes a plain prompt as Hugging Face does by default: special tokens spelled in the text are
   * parsed, and those that the tokenizer puts around a text (such as BOS) are added.
   */
  int[] encodePrompt(String prompt);

  /** A decoder for one answer. */
  TokenDecoder newDecoder();

  /**
   * The bytes that a token stands for: of a byte-level or byte-fallback token the true bytes, which
   * need not be whole characters; of a special token its text. Of an id that only the tokenizer
   * lacks, a placeholder; of one that the model lacks too, none.
   */
  byte[] tokenBytes(int token);

  /** Number of the model's token ids, special ones included: the highest id + 1. */
  int vocabularySize();
}
