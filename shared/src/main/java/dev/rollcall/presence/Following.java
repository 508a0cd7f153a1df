package dev.rollcall.presence;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.Collection;

/** Carries what a view becomes to one listener, on the listener's own context. */
final class Following implements Views.Watcher, Follow, Closeable {
  private final Views views;
  private final String topic;
  private final ContextInternal context;
  private final PresenceListener listener;
  private volatile boolean closed;

  Following(Views views, String topic, ContextInternal context, PresenceListener listener) {
    this.views = views;
    this.topic = topic;
    this.context = context;
    this.listener = listener;
  }

  void start() {
    context.addCloseHook(this);
    views.follow(topic, this);
  }

  @Override
  public void state(Collection<Entry> entries) {
    JsonObject state = PresenceJson.byKey(entries);
    context.runOnContext(now -> listenUnlessClosed(() -> listener.state(state)));
  }

  @Override
  public void change(View.Change change) {
    JsonObject diff = PresenceJson.diff(change);
    context.runOnContext(now -> listenUnlessClosed(() -> listener.diff(diff)));
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

  private void listenUnlessClosed(Runnable listen) {
    if (!closed) {
      listen.run();
    }
  }
}
