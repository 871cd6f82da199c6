import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Starts the service with the command given after the port, waits until it is ready, streams an
 * answer from the base model and from one adapter, prints how long the first token took from the
 * start of the process, and stops the service. Ends with a status other than 0 if any of it fails.
 *
 * <p>The image build records the AOT cache with it; the dry run of the build checks the result with
 * it. It needs nothing but a JDK: {@code java FirstAnswer.java 8080 java -jar chameleon.jar}.
 */
final class FirstAnswer {

  private static final Duration READY_LIMIT = Duration.ofMinutes(3);

  private static final Duration POLL = Duration.ofMillis(20);

  /** Writing the AOT cache at the end takes most of it. */
  private static final long STOP_LIMIT_SECONDS = 300;

  private static final Pattern MODEL_ID =
      Pattern.compile("\"id\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

  private final HttpClient client = HttpClient.newHttpClient();

  private final String root;

  private final long startNanos = System.nanoTime();

  private boolean reported;

  private FirstAnswer(String root) {
    this.root = root;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 2) {
      System.err.println("usage: java FirstAnswer.java PORT COMMAND...");
      System.exit(2);
    }
    var run = new FirstAnswer("http://127.0.0.1:" + args[0]);
    Process service = new ProcessBuilder(List.of(args).subList(1, args.length)).inheritIO().start();
    try {
      run.waitUntilReady(service);
      run.askTwoModels();
    } finally {
      stop(service);
    }
  }

  private void waitUntilReady(Process service) throws InterruptedException {
    while (!ready()) {
      if (!service.isAlive()) {
        throw new IllegalStateException("ended with status " + service.exitValue());
      }
      if (elapsedMillis() > READY_LIMIT.toMillis()) {
        throw new IllegalStateException("not ready after " + READY_LIMIT);
      }
      Thread.sleep(POLL);
    }
    System.out.printf("ready after %d ms%n", elapsedMillis());
  }

  private boolean ready() throws InterruptedException {
    try {
      return get("/actuator/health/readiness").statusCode() == 200;
    } catch (IOException _) {
      return false; // the port is not open yet
    }
  }

  private void askTwoModels() throws IOException, InterruptedException {
    HttpResponse<String> models = get("/v1/models");
    List<String> ids = MODEL_ID.matcher(models.body()).results().map(r -> r.group(1)).toList();
    if (models.statusCode() != 200 || ids.isEmpty()) {
      throw new IllegalStateException("/v1/models: " + models.statusCode() + " " + models.body());
    }
    streamChat(ids.getFirst());
    streamChat(ids.getLast());
  }

  private void streamChat(String model) throws IOException, InterruptedException {
    String body =
        """
        {"model":"%s","messages":[{"role":"user","content":"what is source of my funds"}],\
        "max_tokens":16,"temperature":0,"stream":true}\
        """
            .formatted(model);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(root + "/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<Stream<String>> answer = client.send(request, BodyHandlers.ofLines());
    try (Stream<String> lines = answer.body()) {
      List<String> read = lines.peek(line -> reportFirstToken(model, line)).toList();
      if (answer.statusCode() != 200 || !read.contains("data: [DONE]")) {
        throw new IllegalStateException(model + ": " + answer.statusCode() + " " + read);
      }
    }
  }

  private void reportFirstToken(String model, String line) {
    boolean token = line.contains("\"content\":\"") && !line.contains("\"content\":\"\"");
    if (token && !reported) {
      reported = true;
      System.out.printf("first token, from %s, after %d ms%n", model, elapsedMillis());
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(root + path)).build();
    return client.send(request, BodyHandlers.ofString());
  }

  private long elapsedMillis() {
    return Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
  }

  private static void stop(Process service) throws InterruptedException {
    service.destroy();
    if (!service.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
      service.destroyForcibly();
      throw new IllegalStateException("did not stop in " + STOP_LIMIT_SECONDS + " s");
    }
  }
}
