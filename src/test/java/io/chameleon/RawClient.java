package io.chameleon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import tools.jackson.databind.JsonNode;

/** One connection by hand: it reads when it is told to, and goes away as rudely as it likes. */
final class RawClient implements AutoCloseable {

  private static final int READ_TIMEOUT_MILLIS = 60_000;

  private final Socket socket = new Socket();

  private final StringBuilder received = new StringBuilder();

  /**
   * Connects.
   *
   * @param receiveBufferBytes what the kernel keeps for a reader who does not read
   */
  RawClient(int port, int receiveBufferBytes) throws IOException {
    socket.setReceiveBufferSize(receiveBufferBytes);
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress("localhost", port));
  }

  /** Posts a chat and reads nothing. */
  RawClient post(JsonNode body) throws IOException {
    byte[] json = body.toString().getBytes(UTF_8);
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(ServiceClient.CHAT, json.length);
    socket.getOutputStream().write(head.getBytes(UTF_8));
    socket.getOutputStream().write(json);
    return this;
  }

  /** Reads until this has come; returns all that has come so far. */
  String readUntil(String wanted) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[8192];
    while (received.indexOf(wanted) < 0) {
      int count = in.read(buffer);
      if (count < 0) {
        throw new IOException("the end came before %s, after %s".formatted(wanted, received));
      }
      received.append(new String(buffer, 0, count, UTF_8));
    }
    return received.toString();
  }

  /** Goes away with a reset instead of an end. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
