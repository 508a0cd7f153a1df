package dev.rollcall.presence;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;

/** Carries what a view becomes to one listener, on the listener's own context. */
final class Following implements ViewsLoop.Watcher, Follow, Closeable {
  private final ViewsLoop views;
  private final String topic;
  private final ContextInternal context;
  private final PresenceListener listener;
  private volatile boolean closed;

  Following(ViewsLoop views, String topic, ContextInternal context, PresenceListener listener) {
    this.views = views;
    this.topic = topic;
    this.context = context;
    this.listener = listener;
  }

  /** Begins, unless the verticle is undeployed already. */
  void start() {
    if (context.closeFuture().add(this)) {
      views.follow(topic, this);
    } else {
      closed = true;
    }
  }

  @Override
  public void state(JsonObject state) {
    run(() -> listener.state(state));
  }

  @Override
  public void changed(PresenceEvent event) {
    run(
        () -> {
          listener.diff(event.diff());
          event.joined().forEach(listener::joined);
          event.left().forEach((key, gone) -> listener.left(key, gone.metas(), gone.reason()));
        });
  }

  @Override
  public void stale(boolean stale) {
    run(() -> listener.stale(stale));
  }

  @Override
  public void close() {
    context.removeCloseHook(this);
    end();
  }

  /** The verticle that follows is undeployed. */
  @Override
  public void close(Completable<Void> done) {
    end();
    done.succeed();
  }

  private void end() {
    if (!closed) {
      closed = true;
      views.unfollow(topic, this);
    }
  }

  private void run(Runnable tell) {
    context.runOnContext(
        now -> {
          if (!closed) {
            tell.run();
          }
        });
  }
}
