package io.chameleon.openai;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpUtil;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.http.server.HttpServer;

/**
 * Lets the first POST of a connection upgrade to HTTP/2 in clear text, as the JDK's client asks by
 * default. Netty takes the body of such a request into memory first and by default refuses any;
 * here it takes as much as any request may have. A larger one, or one that does not say how large
 * it is, loses its wish for an upgrade instead, and is answered over HTTP/1.1 by the usual rules:
 * Netty's own 413 has no JSON and leaves the connection unusable.
 */
final class H2cUpgrade implements NettyServerCustomizer {

  private final int maxBodyBytes;

  H2cUpgrade(int maxBodyBytes) {
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  public HttpServer apply(HttpServer server) {
    return server
        // Starts from the decoder settings made so far, which a fresh specification would drop.
        .httpRequestDecoder(
            fresh -> server.configuration().decoder().h2cMaxContentLength(maxBodyBytes))
        .doOnChannelInit((observer, channel, address) -> guard(channel));
  }

  private void guard(Channel channel) {
    HttpServerUpgradeHandler upgrade = channel.pipeline().get(HttpServerUpgradeHandler.class);
    if (upgrade != null) {
      String name = channel.pipeline().context(upgrade).name();
      channel.pipeline().addBefore(name, "chameleon.h2cUpgradeGuard", new Guard(maxBodyBytes));
    }
  }

  /** Refuses an upgrade whose body is too large, before it is gathered. */
  private static final class Guard extends ChannelInboundHandlerAdapter {

    private final int maxBodyBytes;

    Guard(int maxBodyBytes) {
      this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request
          && (HttpUtil.getContentLength(request, 0L) > maxBodyBytes
              || HttpUtil.isTransferEncodingChunked(request))) {
        request.headers().remove(HttpHeaderNames.UPGRADE);
      }
      context.fireChannelRead(message);
    }
  }
}
