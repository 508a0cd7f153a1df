package dev.rollcall.database;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.vertx.core.Future;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sockets whose end does not depend on the server. The driver turns each close into a goodbye and
 * waits for the server to close: these wait a second for it, or are cut at once.
 */
final class PromptSockets implements NetClient {
  private final NetClient client;

  PromptSockets(NetClient client) {
    this.client = client;
  }

  /** Closes a socket of this kind at once. */
  static void cut(NetSocketInternal socket) {
    close(socket.channelHandlerContext().pipeline().context(Watch.class));
  }

  @Override
  public Future<NetSocket> connect(ConnectOptions options) {
    return client.connect(options).onSuccess(PromptSockets::watch);
  }

  @Override
  public Future<NetSocket> connect(int port, String host) {
    return client.connect(port, host).onSuccess(PromptSockets::watch);
  }

  @Override
  public Future<NetSocket> connect(int port, String host, String serverName) {
    return client.connect(port, host, serverName).onSuccess(PromptSockets::watch);
  }

  @Override
  public Future<NetSocket> connect(SocketAddress address) {
    return client.connect(address).onSuccess(PromptSockets::watch);
  }

  @Override
  public Future<NetSocket> connect(SocketAddress address, String serverName) {
    return client.connect(address, serverName).onSuccess(PromptSockets::watch);
  }

  @Override
  public Future<Void> shutdown(long timeout, TimeUnit unit) {
    return client.shutdown(timeout, unit);
  }

  @Override
  public Future<Boolean> updateSSLOptions(ClientSSLOptions options, boolean force) {
    return client.updateSSLOptions(options, force);
  }

  @Override
  public boolean isMetricsEnabled() {
    return client.isMetricsEnabled();
  }

  private static void watch(NetSocket socket) {
    ((NetSocketInternal) socket).channelHandlerContext().pipeline().addFirst(new Watch());
  }

  private static void close(ChannelHandlerContext socket) {
    socket.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  /** First in the pipeline: what it closes is closed, since nobody is left to be asked. */
  private static final class Watch extends ChannelInboundHandlerAdapter {
    private static final long GOODBYE_MILLIS = 1_000;

    private ScheduledFuture<?> goodbye;

    @Override
    public void userEventTriggered(ChannelHandlerContext socket, Object event) throws Exception {
      if (event == ChannelOutputShutdownEvent.INSTANCE && goodbye == null) {
        Runnable close = () -> close(socket);
        goodbye = socket.executor().schedule(close, GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
      }
      super.userEventTriggered(socket, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext socket) throws Exception {
      if (goodbye != null) {
        goodbye.cancel(false);
      }
      super.channelInactive(socket);
    }
  }
}
