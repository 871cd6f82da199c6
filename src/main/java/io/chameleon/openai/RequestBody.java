package io.chameleon.openai;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import reactor.core.publisher.Mono;

/** Reads request bodies into memory, up to a bound, where they claim to be JSON or nothing. */
final class RequestBody {

  private final int maxBytes;

  RequestBody(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * The bytes of the body, perhaps none; fails with {@link UnsupportedMediaTypeStatusException} or
   * {@link BodyTooLargeException}.
   */
  Mono<byte[]> read(ServerHttpRequest request) {
    return Mono.defer(() -> {
      requireJson(request.getHeaders());
      if (request.getHeaders().getContentLength() > maxBytes) {
        throw new BodyTooLargeException(maxBytes);
      }
      return DataBufferUtils.join(request.getBody(), maxBytes)
          .map(RequestBody::toBytes)
          .defaultIfEmpty(new byte[0])
          .onErrorMap(
              DataBufferLimitException.class, tooLarge -> new BodyTooLargeException(maxBytes));
    });
  }

  private static void requireJson(HttpHeaders headers) {
    MediaType type = contentType(headers);
    boolean acceptable =
        type == null
            || (type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)
                && (type.getCharset() == null || type.getCharset().equals(StandardCharsets.UTF_8)));
    if (!acceptable) {
      throw new UnsupportedMediaTypeStatusException(type, List.of(MediaType.APPLICATION_JSON));
    }
  }

  private static @Nullable MediaType contentType(HttpHeaders headers) {
    try {
      return headers.getContentType();
    } catch (InvalidMediaTypeException invalid) {
      throw new UnsupportedMediaTypeStatusException(
          invalid.getMessage(), List.of(MediaType.APPLICATION_JSON));
    }
  }

  private static byte[] toBytes(DataBuffer buffer) {
    try {
      byte[] bytes = new byte[buffer.readableByteCount()];
      buffer.read(bytes);
      return bytes;
    } finally {
      DataBufferUtils.release(buffer);
    }
  }
}
