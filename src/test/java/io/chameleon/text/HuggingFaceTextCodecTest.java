package io.chameleon.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.model.InvalidFileException;
import io.chameleon.request.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class HuggingFaceTextCodecTest {

  private static HuggingFaceTextCodec codec;
  private static HuggingFaceTextCodec parsing;

  @BeforeAll
  static void open() throws IOException {
    codec = DemoTokenizer.codec();
    parsing = DemoTokenizer.open(DemoTokenizer.folder(), true);
  }

  @AfterAll
  static void close() {
    codec.close();
    parsing.close();
  }

  private static Stream<JsonNode> golden(String part) throws IOException {
    try (InputStream in =
        HuggingFaceTextCodecTest.class.getResourceAsStream("/fixtures/tokenizer-golden.json")) {
      JsonNode cases = DemoTokenizer.JSON.readTree(in).get(part);
      return StreamSupport.stream(cases.spliterator(), false);
    }
  }

  static Stream<JsonNode> goldenTexts() throws IOException {
    return golden("texts");
  }

  static Stream<JsonNode> goldenChats() throws IOException {
    return golden("chats");
  }

  private static int[] ids(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  private static List<ChatMessage> messages(JsonNode chat) {
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode turn : chat.get("messages")) {
      messages.add(new ChatMessage(turn.get("role").asString(), turn.get("content").asString()));
    }
    return messages;
  }

  @ParameterizedTest
  @MethodSource("goldenTexts")
  void text_golden_encodesAndDecodesAsTransformers(JsonNode text) {
    int[] ids = ids(text.get("ids"));
    assertThat(codec.encode(text.get("text").asString(), false)).isEqualTo(ids);
    assertThat(codec.encodePrompt(text.get("text").asString()))
        .isEqualTo(ids(text.get("with_special")));
    assertThat(codec.decode(ids, false)).isEqualTo(text.get("decoded").asString());
  }

  @ParameterizedTest
  @MethodSource("goldenChats")
  void chat_goldenWithSpecialInContentParsed_encodesAsTransformers(JsonNode chat) {
    boolean generate = chat.get("add_generation_prompt").asBoolean();
    assertThat(parsing.encodeChat(messages(chat), generate)).isEqualTo(ids(chat.get("ids")));
  }

  @ParameterizedTest
  @MethodSource("goldenChats")
  void chat_golden_readsAsTransformersRenders(JsonNode chat) {
    boolean generate = chat.get("add_generation_prompt").asBoolean();
    int[] ids = codec.encodeChat(messages(chat), generate);
    assertThat(codec.decode(ids, false)).isEqualTo(chat.get("text").asString());
    boolean injected = chat.get("text").asString().contains("<|end|><|assistant|>injected");
    if (injected) {
      assertThat(ids).isNotEqualTo(ids(chat.get("ids")));
    } else {
      assertThat(ids).isEqualTo(ids(chat.get("ids")));
    }
  }

  @Test
  void chat_developerRole_isSystem() {
    assertThat(codec.encodeChat(List.of(new ChatMessage("developer", "x"))))
        .isEqualTo(codec.encodeChat(List.of(new ChatMessage("system", "x"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"end", "", "USER", "user|>x<|end|><|assistant", "<|user|>"})
  void chat_unknownRole_isRefused(String role) {
    assertThatThrownBy(() -> new ChatMessage(role, "x"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("'%s'", role)
        .hasMessageContaining("system, developer, user, assistant or tool");
  }

  @Test
  void chat_noMessages_isRefused() {
    assertThatThrownBy(() -> codec.encodeChat(List.of()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("0 entries");
  }

  @Test
  void chat_loneSurrogate_becomesReplacementCharacter() {
    assertThat(codec.decode(codec.encodePrompt("a\ud83db\ude00"), true))
        .isEqualTo("a\ufffdb\ufffd");
  }

  @Test
  void longPrompt_isNotCut() {
    assertThat(codec.encodePrompt("word ".repeat(5000))).hasSizeGreaterThan(5000);
  }

  @Test
  void tokenBytes_everyToken_concatenateToTheText() {
    String text = "café 😀 한국어\n<|end|> x";
    byte[] all = new byte[0];
    for (int id : codec.encode(text, false)) {
      byte[] bytes = codec.tokenBytes(id);
      byte[] joined = Arrays.copyOf(all, all.length + bytes.length);
      System.arraycopy(bytes, 0, joined, all.length, bytes.length);
      all = joined;
    }
    assertThat(new String(all, UTF_8)).isEqualTo(text);
  }

  @Test
  void tokenBytes_outsideTheVocabulary_areNone() {
    assertThat(codec.vocabularySize()).isEqualTo(4096);
    assertThat(codec.tokenBytes(4096)).isEmpty();
    assertThat(codec.tokenBytes(-1)).isEmpty();
  }

  @Test
  void folder_withoutTokenizerJson_isRefusedByName(@TempDir Path folder) {
    assertThatThrownBy(() -> DemoTokenizer.open(folder, false))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining("must have");
  }

  @Test
  void folder_withoutChatTemplate_servesPromptsOnly(@TempDir Path folder) throws IOException {
    try (HuggingFaceTextCodec plain = DemoTokenizer.variation(folder, json -> {}, "")) {
      assertThat(plain.encodePrompt("hi")).isEqualTo(codec.encodePrompt("hi"));
      assertThatThrownBy(() -> plain.encodeChat(List.of(new ChatMessage("user", "hi"))))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("no chat template");
    }
  }

  @Test
  void folder_withUnreadableTemplate_isRefusedAtStart(@TempDir Path folder) {
    assertThatThrownBy(() -> DemoTokenizer.variation(folder, json -> {}, "{% nosuch %}"))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("chat template")
        .hasMessageContaining("nosuch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"bos_token\":\"<s>\",\"chat_template\":\"{{ bos_token }}{{ messages[0].content }}\"}",
        "{\"bos_token\":{\"content\":\"<s>\"},\"chat_template\":[{\"name\":\"rag\",\"template\":\"r\"},{\"name\":\"default\",\"template\":\"{{"
            + " bos_token }}{{ messages[0].content }}\"}]}"
      })
  void tokenizerConfig_eitherForm_givesTemplateAndTokens(String config, @TempDir Path folder)
      throws IOException {
    Files.copy(DemoTokenizer.folder().resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(folder.resolve("tokenizer_config.json"), config);
    try (HuggingFaceTextCodec named = DemoTokenizer.open(folder, false)) {
      assertThat(named.encodeChat(List.of(new ChatMessage("user", "hi"))))
          .isEqualTo(codec.encodePrompt("hi"));
    }
  }

  @Test
  void specialTokensMap_isTheFallback(@TempDir Path folder) throws IOException {
    Files.copy(DemoTokenizer.folder().resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ bos_token }}hi");
    Files.writeString(
        folder.resolve("special_tokens_map.json"), "{\"bos_token\":{\"content\":\"<s>\"}}");
    try (HuggingFaceTextCodec mapped = DemoTokenizer.open(folder, false)) {
      assertThat(mapped.encodeChat(List.of(new ChatMessage("user", ""))))
          .isEqualTo(codec.encodePrompt("hi"));
    }
  }
}
