package io.chameleon;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.eviction.EvictionDecision;
import io.chameleon.adapter.eviction.EvictionReason;
import io.chameleon.adapter.pool.PoolReports;
import io.chameleon.fixtures.FixtureFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.node.ObjectNode;

/**
 * The weights behind one name are replaced ten times while three hundred streams ask for it: every
 * stream is one version from its first token to its last, none fails, and of the versions nothing
 * is left but the last.
 */
@TestPropertySource(
    properties = {
      "chameleon.serving.queue-capacity=400",
      "chameleon.catalogue.scan-interval=50ms",
      "chameleon.eviction.decisions=1000"
    })
@DirtiesContext
class SwapUnderLoadIT extends RunningService {

  private static final int STREAMS = 300;
  private static final int SWAPS = 10;
  private static final int STREAMS_BETWEEN_SWAPS = 25;
  private static final int TOKENS = 12;
  private static final String NAME = "swapped";
  private static final long LIMIT_SECONDS = 280;

  /** Adapters of one shape whose weights the name stands for, one after the other. */
  private static final List<String> CONTENTS =
      List.of(
          "banking-intent",
          "calendar",
          "flights",
          "intent",
          "movies",
          "services",
          "travel",
          "shell-explain",
          "restaurant-description",
          "banking-intent",
          "calendar");

  @TempDir static Path folder;

  @DynamicPropertySource
  static void adapters(DynamicPropertyRegistry registry) throws IOException {
    Files.createDirectory(folder.resolve(".versions"));
    for (int version = 0; version <= SWAPS; version++) {
      Path copy =
          FixtureFiles.copy(
              FixtureFiles.resource("/demo-model/adapters/" + CONTENTS.get(version)),
              folder.resolve(".versions/" + version));
      // Blanks at the end make another content hash of the same numbers.
      Files.writeString(
          copy.resolve("adapter_config.json"), " ".repeat(version + 1), StandardOpenOption.APPEND);
    }
    pointTo(0);
    registry.add("chameleon.adapters", folder::toString);
  }

  @Autowired AdapterTiers tiers;

  @Autowired PoolReports reports;

  private final AtomicInteger finished = new AtomicInteger();

  /** The name is a link, as it is where a volume is updated as a whole. */
  private static void pointTo(int version) throws IOException {
    Path link = folder.resolve(".next");
    Files.createSymbolicLink(link, Path.of(".versions", String.valueOf(version)));
    Files.move(link, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void streams_whileTheirWeightsAreReplaced_areEachOneVersionWholly() throws Exception {
    Map<String, String> byText = textsOfTheContents();
    assertThat(byText).hasSize(Set.copyOf(CONTENTS).size());
    List<AdapterVersion> versions = new ArrayList<>(List.of(current()));
    List<Future<String>> streams = new ArrayList<>();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      ask(readers, streams, STREAMS);
      for (int swap = 1; swap <= SWAPS; swap++) {
        int due = swap * STREAMS_BETWEEN_SWAPS;
        await().atMost(SOON).until(() -> finished.get() >= due);
        AdapterVersion before = current();
        pointTo(swap);
        await().atMost(SOON).until(() -> current() != before);
        versions.add(current());
        ask(readers, streams, STREAMS_BETWEEN_SWAPS);
      }
      requireWhole(streams, byText);
    }
    awaitIdle();
    requireFreed(versions);
  }

  private void ask(ExecutorService readers, List<Future<String>> streams, int count) {
    for (int i = 0; i < count; i++) {
      streams.add(
          readers.submit(() -> {
            String text = textOf(NAME);
            finished.incrementAndGet();
            return text;
          }));
    }
  }

  private static void requireWhole(List<Future<String>> streams, Map<String, String> byText)
      throws Exception {
    Map<String, Integer> seen = new HashMap<>();
    for (Future<String> stream : streams) {
      String text = stream.get(LIMIT_SECONDS, SECONDS);
      assertThat(byText).as("the text of one version").containsKey(text);
      seen.merge(byText.get(text), 1, Integer::sum);
    }
    System.out.printf("%d streams over %d swaps: %s%n", streams.size(), SWAPS, seen);
    assertThat(seen.size()).as("versions that were met").isGreaterThan(SWAPS / 2);
  }

  private void requireFreed(List<AdapterVersion> versions) {
    AdapterVersion last = versions.removeLast();
    Set<String> replaced = new HashSet<>();
    for (EvictionDecision decision : reports.decisions().newestFirst()) {
      if (decision.reason() == EvictionReason.REPLACED) {
        decision.candidates().forEach(gone -> replaced.add(gone.candidate().adapter()));
      }
    }
    for (AdapterVersion version : versions) {
      assertThat(tiers.host().isHere(version)).as(version + " in host memory").isFalse();
      version.contentHash().ifPresent(hash -> assertThat(replaced).contains(hash));
    }
    assertThat(tiers.host().isHere(last)).isTrue();
    assertThat(tiers.memory().allocatedBytes()).isEqualTo(tiers.host().cachedBytes());
  }

  private AdapterVersion current() {
    return tiers.registry().catalogue().version(NAME).orElseThrow();
  }

  /** What each content answers, by its own name. */
  private Map<String, String> textsOfTheContents() throws Exception {
    Map<String, String> byText = new HashMap<>();
    for (String content : Set.copyOf(CONTENTS)) {
      byText.put(textOf(content), content);
    }
    return byText;
  }

  private String textOf(String model) throws Exception {
    ObjectNode body = ServiceClient.JSON.createObjectNode();
    body.put("model", model).put("temperature", 0).put("stream", true);
    body.put("max_tokens", TOKENS).put("ignore_eos", true);
    body.putArray("messages")
        .addObject()
        .put("role", "user")
        .put("content", "show me what you can do with this sentence");
    StringBuilder text = new StringBuilder();
    try (EventStream events = client.stream(body)) {
      assertThat(events.status()).isEqualTo(200);
      for (var event = events.next(); event != null; event = events.next()) {
        assertThat(event.name()).as(event.toString()).isEqualTo("message");
        text.append(event.content());
      }
    }
    return text.toString();
  }
}
