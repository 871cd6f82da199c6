package io.chameleon.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.request.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Templates written after the published ones, and single constructs, against Jinja2 itself. */
class ChatTemplateTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-03-07T09:05:02Z"), ZoneOffset.UTC);
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");

  static Stream<Arguments> expected() throws IOException {
    JsonNode cases = JsonMapper.builder().build().readTree(resource("expected.json"));
    return StreamSupport.stream(cases.spliterator(), false)
        .map(c -> Arguments.of(c.get("template").asString(), c.get("chat").asString(), c));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ChatTemplateTest.class.getResourceAsStream("/chat-templates/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static ChatTemplate template(String source) {
    return new ChatTemplate(source, TOKENS, CLOCK);
  }

  private static List<ChatMessage> user(String content) {
    return List.of(new ChatMessage("user", content));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("expected")
  void render_asTransformersDoes_isWhatJinja2Gives(String name, String chat, JsonNode expected)
      throws IOException {
    ChatTemplate template = template(name.endsWith(".jinja") ? resource(name) : name);
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode turn : expected.get("messages")) {
      messages.add(new ChatMessage(turn.get("role").asString(), turn.get("content").asString()));
    }
    boolean generate = expected.get("add_generation_prompt").asBoolean();
    if (expected.has("refused")) {
      assertThatThrownBy(() -> template.render(messages, generate))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageEndingWith(expected.get("refused").asString());
    } else {
      assertThat(template.render(messages, generate)).isEqualTo(expected.get("text").asString());
    }
  }

  @Test
  void render_generationBlock_printsItsContent() {
    String source =
        "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}.{% endfor %}";
    assertThat(template(source).render(user("x"), true)).isEqualTo("x.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ messages[0].content.getClass() }}",
        "{{ messages[0].content.swapcase() }}",
        "{{ messages.getClass() }}",
        "{{ nosuchfunction() }}",
        "{{ messages[0].content | tojson(sort_keys=true) }}",
        "{{ 1 +* 2 }}"
      })
  void render_unknownConstruct_isRefusedNotSkipped(String source) {
    assertThatThrownBy(() -> template("before " + source).render(user("x"), true))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the chat template cannot render the conversation");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% if true %}x",
        "{% nosuchtag %}",
        "{{ x",
        "{% raw %}x",
        "{{ 'x }}",
        "{{ x ? }}",
        "{% for m in messages recursive %}{% endfor %}",
        "{{ messages | nosuchfilter }}",
        "{% if messages is nosuchtest %}{% endif %}",
        "{% if messages is not nosuchtest %}{% endif %}"
      })
  void template_malformed_isRefusedWhenRead(String source) {
    assertThatThrownBy(() -> template(source)).isInstanceOf(UnsupportedTemplateException.class);
  }

  @Test
  void render_outputWithoutEnd_isBounded() {
    String grows = "{% for a in range(1000) %}".repeat(3) + "xxxxxxxxxx" + "{% endfor %}".repeat(3);
    assertThatThrownBy(() -> template(grows).render(user("x"), true))
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void render_macroWithoutEnd_isBounded() {
    String loops = "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}";
    assertThatThrownBy(() -> template(loops).render(user("x"), true))
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void render_fromManyThreads_isTheSame() throws Exception {
    ChatTemplate template = template(resource("qwen3.jinja"));
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Callable<String>> calls = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        String content = "message " + i;
        calls.add(() -> template.render(user(content), true));
      }
      List<Future<String>> rendered = threads.invokeAll(calls);
      for (int i = 0; i < rendered.size(); i++) {
        assertThat(rendered.get(i).get())
            .isEqualTo(
                "<|im_start|>user\nmessage %d<|im_end|>\n<|im_start|>assistant\n".formatted(i));
      }
    }
  }
}
