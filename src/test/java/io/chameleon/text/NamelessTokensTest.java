package io.chameleon.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamelessTokensTest {

  private static final int MODEL_TOKENS = 32_000;

  @Test
  void token_thatTheTokenizerLacks_hasItsNumberForText() throws IOException {
    try (HuggingFaceTextCodec codec = DemoTokenizer.codec().forModel(MODEL_TOKENS)) {
      TokenDecoder decoder = codec.newDecoder();
      int[] hello = codec.encodePrompt("Once upon a time");
      StringBuilder text = new StringBuilder();

      for (int token : hello) {
        text.append(decoder.append(token));
      }
      text.append(decoder.append(31_999));
      text.append(decoder.append(4096));
      text.append(decoder.append(hello[hello.length - 1]));

      assertThat(text.toString())
          .startsWith("Once upon a time\ufffd<31999>\ufffd<4096>")
          .endsWith("time");
      assertThat(codec.tokenBytes(31_999)).isEqualTo("\ufffd<31999>".getBytes(UTF_8));
    }
  }

  @Test
  void token_inTheMiddleOfACharacter_endsIt() throws IOException {
    try (HuggingFaceTextCodec codec = DemoTokenizer.codec().forModel(MODEL_TOKENS)) {
      int[] bytes = codec.encodePrompt("\ud83d\ude00");
      TokenDecoder decoder = codec.newDecoder();
      StringBuilder text = new StringBuilder();

      for (int i = 0; i < bytes.length - 1; i++) {
        text.append(decoder.append(bytes[i]));
      }
      text.append(decoder.append(5000));

      assertThat(text.toString()).endsWith("\ufffd\ufffd<5000>");
      assertThat(decoder.flush()).isEmpty();
    }
  }

  @Test
  void token_ofATokenizerWithWordBoundaries_standsInItsPlace(@TempDir Path folder)
      throws IOException {
    try (HuggingFaceTextCodec plain = SentencePieceTokenizer.open(folder, "", "");
        HuggingFaceTextCodec codec = plain.forModel(MODEL_TOKENS)) {
      TokenDecoder decoder = codec.newDecoder();
      int piece = SentencePieceTokenizer.FIRST_PIECE + 1;
      String first = decoder.append(piece);

      assertThat(first + decoder.append(31_000) + decoder.append(piece) + decoder.flush())
          .isEqualTo("a\ufffd<31000>a");
    }
  }

  @Test
  void token_thatTheModelLacks_hasNoBytes() throws IOException {
    try (HuggingFaceTextCodec codec = DemoTokenizer.codec().forModel(MODEL_TOKENS)) {
      assertThat(codec.vocabularySize()).isEqualTo(MODEL_TOKENS);
      assertThat(codec.tokenBytes(MODEL_TOKENS)).isEmpty();
      assertThat(codec.newDecoder().append(MODEL_TOKENS)).isEmpty();
    }
  }
}
