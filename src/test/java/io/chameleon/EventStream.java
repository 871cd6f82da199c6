package io.chameleon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Server-sent events as they come. Closing it before the end closes the connection. */
final class EventStream implements AutoCloseable {

  private static final String DONE = "[DONE]";

  private final int status;

  private final HttpHeaders headers;

  private final BufferedReader lines;

  EventStream(int status, HttpHeaders headers, InputStream body) {
    this.status = status;
    this.headers = headers;
    this.lines = new BufferedReader(new InputStreamReader(body, UTF_8));
  }

  /**
   * One event.
   *
   * @param name its type; {@code message} where none is given
   */
  record Event(String name, JsonNode data) {

    /** The text that a chunk of one choice adds; empty where it adds none. */
    String content() {
      return data.at("/choices/0/delta/content").asString("");
    }

    /** Why its choice ended, or null. */
    @Nullable String finishReason() {
      JsonNode reason = data.at("/choices/0/finish_reason");
      return reason.isString() ? reason.stringValue() : null;
    }
  }

  int status() {
    return status;
  }

  HttpHeaders headers() {
    return headers;
  }

  /** The next event, or null after the end mark. A stream that ends without it is an error. */
  @Nullable Event next() throws IOException {
    String name = "message";
    String line = lines.readLine();
    while (line != null) {
      if (line.startsWith("event: ")) {
        name = line.substring("event: ".length());
      } else if (line.equals("data: " + DONE)) {
        return null;
      } else if (line.startsWith("data: ")) {
        return new Event(name, ServiceClient.JSON.readTree(line.substring("data: ".length())));
      }
      line = lines.readLine();
    }
    throw new IOException("the stream ended without " + DONE);
  }

  /** What is left, as it came. */
  String rest() throws IOException {
    StringBuilder rest = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      rest.append(line).append('\n');
    }
    return rest.toString();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
