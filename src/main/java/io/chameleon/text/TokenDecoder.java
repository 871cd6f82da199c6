package io.chameleon.text;

/** Turns the tokens of one answer into text as they come; never cuts a character. */
public interface TokenDecoder {

  /** The text that became whole with this token; often empty in the middle of a character. */
  String append(int token);

  /** What is left at the end of the answer, bytes that form no character as U+FFFD. */
  String flush();
}
