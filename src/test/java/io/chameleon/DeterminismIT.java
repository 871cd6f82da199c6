package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The same seed gives the same text, whoever else is in the batch. */
class DeterminismIT extends RunningService {

  private static final long SEED = 20261129;

  private static final int COMPANY = 15;

  @ParameterizedTest
  @ValueSource(strings = {"story", "sql", "shakespeare"})
  void seed_alone_andAmongFifteenOthers_givesTheSameText(String adapter) throws Exception {
    JsonNode body = sampled(GoldenChat.of(adapter, codec), 7);
    String alone = text(client.answer(ServiceClient.CHAT, body));

    List<EventStream> company = new ArrayList<>();
    try {
      for (ObjectNode other : others()) {
        company.add(client.stream(other));
      }
      await().atMost(SOON).until(() -> engine.status().scheduler().running() == COMPANY);
      String inCompany = text(client.answer(ServiceClient.CHAT, body));

      assertThat(engine.status().scheduler().running())
          .as("company still there")
          .isGreaterThanOrEqualTo(COMPANY);
      assertThat(inCompany).isEqualTo(alone).isNotEmpty();
    } finally {
      for (EventStream other : company) {
        other.close();
      }
    }
  }

  @Test
  void seed_other_givesAnotherText() {
    GoldenChat golden = GoldenChat.of("story", codec);

    assertThat(text(client.answer(ServiceClient.CHAT, sampled(golden, 7))))
        .isNotEqualTo(text(client.answer(ServiceClient.CHAT, sampled(golden, 8))));
  }

  @Test
  void choices_ofOneRequest_areThoseOfTheSeedsThatFollow() {
    GoldenChat golden = GoldenChat.of("story", codec);

    JsonNode three = client.answer(ServiceClient.CHAT, sampled(golden, 41).put("n", 3));

    List<String> texts =
        three.get("choices").valueStream().map(c -> c.at("/message/content").asString()).toList();
    assertThat(texts).hasSize(3).doesNotHaveDuplicates();
    for (int i = 0; i < 3; i++) {
      JsonNode one = client.answer(ServiceClient.CHAT, sampled(golden, 41 + i));
      assertThat(texts.get(i)).isEqualTo(text(one));
      assertThat(three.at("/choices/" + i + "/index").asInt()).isEqualTo(i);
    }
    assertThat(three.at("/usage/prompt_tokens").asInt()).isEqualTo(golden.promptTokens());
    assertThat(three.at("/usage/completion_tokens").asInt()).isEqualTo(3 * 40);
  }

  private static ObjectNode sampled(GoldenChat golden, long seed) {
    return golden
        .request()
        .put("temperature", 1)
        .put("seed", seed)
        .put("max_tokens", 40)
        .put("ignore_eos", true);
  }

  /** Long streams of other models, each with a seed of its own. */
  private List<ObjectNode> others() {
    Random random = new Random(SEED);
    List<GoldenChat> chats = GoldenChat.all(codec);
    List<ObjectNode> others = new ArrayList<>();
    for (int i = 0; i < COMPANY; i++) {
      GoldenChat chat = chats.get(random.nextInt(chats.size()));
      others.add(sampled(chat, random.nextLong()).put("max_tokens", 700).put("stream", true));
    }
    return others;
  }
}
