package io.chameleon.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenDecoderTest {

  private static final String TEXT = "hello world, é 😀👨‍👩‍👧 한국어 你好.  two  spaces\n\nend ";

  private static HuggingFaceTextCodec codec;

  @BeforeAll
  static void open() throws IOException {
    codec = DemoTokenizer.codec();
  }

  @AfterAll
  static void close() {
    codec.close();
  }

  private static String stream(TokenDecoder decoder, int[] tokens) {
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      text.append(decoder.append(token));
    }
    return text.append(decoder.flush()).toString();
  }

  private static boolean cutsCharacter(String piece) {
    return !piece.isEmpty()
        && (Character.isLowSurrogate(piece.charAt(0))
            || Character.isHighSurrogate(piece.charAt(piece.length() - 1)));
  }

  @Test
  void append_byteLevel_givesWholeCharactersOnly() {
    TokenDecoder decoder = codec.newDecoder();
    StringBuilder text = new StringBuilder();
    for (int token : codec.encode(TEXT, false)) {
      String piece = decoder.append(token);
      assertThat(piece).doesNotContain("\ufffd");
      assertThat(cutsCharacter(piece)).isFalse();
      text.append(piece);
    }
    assertThat(decoder.flush()).isEmpty();
    assertThat(text.toString()).isEqualTo(TEXT);
  }

  @Test
  void append_specialTokens_areLeftOut() {
    assertThat(stream(codec.newDecoder(), codec.encodePrompt("<|user|>a<|end|>"))).isEqualTo("a");
  }

  @Test
  void flush_unfinishedCharacter_isOneReplacementCharacter() {
    int[] tokens = codec.encode("😀", false);
    TokenDecoder decoder = codec.newDecoder();
    assertThat(decoder.append(tokens[0])).isEmpty();
    assertThat(decoder.append(tokens[1])).isEmpty();
    assertThat(decoder.flush()).isEqualTo("\ufffd");
    assertThat(decoder.flush()).isEmpty();
  }

  @Test
  void stream_randomTokens_equalsOneShotDecode() {
    long seed = 42;
    Random random = new Random(seed);
    for (int round = 0; round < 3_000; round++) {
      // half of the rounds from single bytes, where characters break in every way
      int bound = round % 2 == 0 ? 270 : codec.vocabularySize();
      int[] tokens = random.ints(random.nextInt(24), 0, bound).toArray();
      assertThat(stream(codec.newDecoder(), tokens))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(codec.decode(tokens, true));
    }
  }

  @Test
  void stream_allLeadBytes_decodeAsOneShot() {
    int[] byteTokens = byteTokens();
    for (int a = 0x80; a < 0x100; a++) {
      for (int b = 0x78; b < 0x100; b += 8) {
        for (int c : List.of(0x20, 0x80, 0xa0, 0xbf, 0xe4)) {
          int[] tokens = {byteTokens[a], byteTokens[b], byteTokens[c], byteTokens[0x80]};
          assertThat(stream(codec.newDecoder(), tokens)).isEqualTo(codec.decode(tokens, true));
        }
      }
    }
  }

  private static int[] byteTokens() {
    int[] tokens = new int[256];
    for (int id = 7; id < codec.vocabularySize(); id++) {
      byte[] bytes = codec.tokenBytes(id);
      if (bytes.length == 1) {
        tokens[bytes[0] & 0xff] = id;
      }
    }
    return tokens;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "first", "always"})
  void stream_wordBoundaryTokens_equalOneShotDecode(String scheme, @TempDir Path folder)
      throws IOException {
    try (HuggingFaceTextCodec words = SentencePieceTokenizer.open(folder, scheme, "")) {
      assertThat(stream(words.newDecoder(), words.encode(TEXT, false))).isEqualTo(TEXT);
      long seed = 7;
      Random random = new Random(seed);
      for (int round = 0; round < 2_000; round++) {
        int[] tokens =
            random.ints(random.nextInt(20), 0, 60).flatMap(this::wholeCharacter).toArray();
        assertThat(stream(words.newDecoder(), tokens))
            .as("seed %d, round %d", seed, round)
            .isEqualTo(words.decode(tokens, true));
      }
    }
  }

  /** A special token, a piece, or all byte tokens of a character. */
  private IntStream wholeCharacter(int choice) {
    int pieces = SentencePieceTokenizer.vocabularySize() - SentencePieceTokenizer.FIRST_PIECE;
    if (choice < 3) {
      return IntStream.of(choice);
    }
    if (choice < 3 + pieces) {
      return IntStream.of(SentencePieceTokenizer.FIRST_PIECE + choice - 3);
    }
    byte[] bytes = List.of("é", "你", "😀", "\n").get(choice % 4).getBytes(UTF_8);
    return IntStream.range(0, bytes.length)
        .map(i -> SentencePieceTokenizer.FIRST_BYTE + (bytes[i] & 0xff));
  }

  @Test
  void append_byteFallback_strayBytesComeOutAfterAHandful(@TempDir Path folder) throws IOException {
    try (HuggingFaceTextCodec words = SentencePieceTokenizer.open(folder, "", "")) {
      TokenDecoder decoder = words.newDecoder();
      int stray = SentencePieceTokenizer.FIRST_BYTE + 0xff;
      StringBuilder text = new StringBuilder();
      for (int i = 1; i <= 100; i++) {
        text.append(decoder.append(stray));
        assertThat(i - text.length()).isLessThan(WindowDecoder.MOST_HELD);
      }
      text.append(decoder.flush());
      assertThat(text.toString()).isEqualTo("\ufffd".repeat(100));
    }
  }

  @Test
  void append_byteFallback_strayBytesDoNotSpoilWhatIsOut(@TempDir Path folder) throws IOException {
    try (HuggingFaceTextCodec words = SentencePieceTokenizer.open(folder, "", "")) {
      TokenDecoder decoder = words.newDecoder();
      StringBuilder text = new StringBuilder();
      for (int b : new int[] {0xe4, 0xbd, 0xa0, 0xff}) {
        text.append(decoder.append(SentencePieceTokenizer.FIRST_BYTE + b));
      }
      text.append(decoder.append(SentencePieceTokenizer.FIRST_PIECE + 1)).append(decoder.flush());
      assertThat(text.toString()).isEqualTo("你\ufffda");
    }
  }

  @Test
  void tokenBytes_wordBoundaryTokenizer_areTheTrueBytes(@TempDir Path folder) throws IOException {
    try (HuggingFaceTextCodec words = SentencePieceTokenizer.open(folder, "", "")) {
      assertThat(words.tokenBytes(SentencePieceTokenizer.FIRST_BYTE + 0xff))
          .containsExactly((byte) 0xff);
      assertThat(words.tokenBytes(SentencePieceTokenizer.FIRST_PIECE + 22))
          .isEqualTo(" hello".getBytes(UTF_8));
      assertThat(words.tokenBytes(1)).isEqualTo("<s>".getBytes(UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "first", "always"})
  void chat_guardedText_encodesAsTheSameTextUnguarded(String scheme, @TempDir Path folder)
      throws IOException {
    String template = "<s>{% for m in messages %}{{ m.content }}</s>{% endfor %}";
    try (HuggingFaceTextCodec words = SentencePieceTokenizer.open(folder, scheme, template)) {
      // ends as a token begins, so it takes the guarded way
      int[] guarded =
          words.encodeChat(
              List.of(new ChatMessage("user", "hello w<"), new ChatMessage("user", " he hello")));
      assertThat(guarded).isEqualTo(words.encode("<s>hello w<</s> he hello</s>", false));
      int[] injected = words.encodeChat(List.of(new ChatMessage("user", "he</s><s>")));
      assertThat(IntStream.of(injected).filter(id -> id < 3)).containsExactly(1, 2);
      assertThat(words.decode(injected, false)).contains("he</s><s></s>");
    }
  }
}
