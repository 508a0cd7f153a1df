package dev.rollcall.outbox;

import dev.rollcall.database.Database;
import dev.rollcall.pubsub.Message;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers what was committed, then broadcasts it.
 *
 * <p>It does so when it is woken, which is after each commit of its own instance, one round at a
 * time: what is committed meanwhile goes into the next. The round is a transaction that holds a
 * lock, so positions are given in one order however many instances there are. Each second it also
 * looks for what others left behind: what was committed and not numbered, and what was numbered and
 * is not known to have been broadcast. Belongs to one event loop.
 */
final class Relay {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final int SWEEPS_BETWEEN_PRUNINGS = 60;
  private static final long PRUNING_PAUSE_MILLIS = 100;

  /** A batch that was broadcast, and when. */
  private record Said(long batch, long atNanos) {}

  private final Vertx vertx;
  private final Context home;
  private final Database database;
  private final Projection projection;
  private final Consumer<Message> broadcast;
  private final OutboxTimes times;
  private final OutboxMetrics metrics;
  private final Deque<Said> said = new ArrayDeque<>();
  private Future<Void> round = Future.succeededFuture();
  private boolean again;
  private boolean stopped;
  private boolean saidAway;
  private boolean saidUntidy;
  private int sweeps;
  private boolean pruning;
  private long sweeping;

  Relay(
      Vertx vertx,
      Database database,
      Projection projection,
      Consumer<Message> broadcast,
      OutboxTimes times,
      OutboxMetrics metrics) {
    this.vertx = vertx;
    this.home = vertx.getOrCreateContext();
    this.database = database;
    this.projection = projection;
    this.broadcast = broadcast;
    this.times = times;
    this.metrics = metrics;
  }

  void start() {
    sweeping = vertx.setPeriodic(times.sweepMillis(), timer -> home.runOnContext(now -> sweep()));
    wake();
  }

  /** Lets the round that is under way end; what was committed since is for others, or for later. */
  Future<Void> stop() {
    return Future.future(done -> home.runOnContext(now -> end().onComplete(done)));
  }

  private Future<Void> end() {
    stopped = true;
    vertx.cancelTimer(sweeping);
    return round.transform(ended -> forget(System.nanoTime()));
  }

  /** There is something to announce. May be called on any thread. */
  void wake() {
    home.runOnContext(now -> begin());
  }

  private void begin() {
    again = true;
    if (round.isComplete() && !stopped) {
      again = false;
      round = round().onComplete(ended -> next(ended.succeeded()));
    }
  }

  /** What failed is tried again with the next sweep, or the next commit. */
  private void next(boolean wentWell) {
    if (again && wentWell) {
      home.runOnContext(now -> begin());
    }
  }

  private Future<Void> round() {
    return database
        .transaction(this::stamp)
        .onSuccess(batch -> batch.ifPresent(this::announce))
        .onSuccess(batch -> back())
        .onFailure(this::failed)
        .mapEmpty();
  }

  private Future<Optional<Batch>> stamp(SqlConnection connection) {
    return OutboxTables.stamp(connection)
        .compose(
            batch ->
                batch.isPresent()
                    ? projection.apply(connection, batch.get().messages()).map(batch)
                    : Future.succeededFuture(batch));
  }

  private void announce(Batch batch) {
    metrics.announced(batch);
    say(batch);
    again |= batch.more();
  }

  private void say(Batch batch) {
    batch.messages().forEach(broadcast);
    said.add(new Said(batch.id(), System.nanoTime()));
  }

  private void sweep() {
    begin();
    long settledNanos = System.nanoTime() - times.settled().toNanos();
    forget(settledNanos).compose(done -> recover()).onComplete(this::tidied);
    if (++sweeps % SWEEPS_BETWEEN_PRUNINGS == 0 && !pruning) {
      prune();
    }
  }

  /**
   * What was said is only taken for said a while after: until then it may wait in this process, and
   * end with it.
   */
  private Future<Void> forget(long untilNanos) {
    List<Said> settled = said.stream().filter(each -> each.atNanos - untilNanos <= 0).toList();
    if (settled.isEmpty()) {
      return Future.succeededFuture();
    }
    List<Long> ids = settled.stream().map(Said::batch).toList();
    return database
        .query(client -> OutboxTables.forget(client, ids))
        .onSuccess(done -> said.removeAll(settled));
  }

  /** All of it at once, some at a time: what was never said may come after much that was. */
  private Future<Void> recover() {
    return database
        .query(client -> OutboxTables.claimOverdue(client, times.overdue()))
        .onSuccess(batches -> recover(batches.stream().filter(this::isUnsaid).toList()))
        .compose(
            batches ->
                batches.size() == OutboxTables.MAX_OVERDUE && !stopped
                    ? recover()
                    : Future.succeededFuture());
  }

  /** One that stood still for long finds its own, which it did not get round to forget. */
  private boolean isUnsaid(Batch batch) {
    return said.stream().noneMatch(each -> each.batch == batch.id());
  }

  private void recover(List<Batch> batches) {
    int left = batches.stream().mapToInt(batch -> batch.messages().size()).sum();
    if (left > 0) {
      LOG.info("{} announcements of which nobody knows that they were are broadcast", left);
    }
    batches.forEach(metrics::recovered);
    batches.forEach(this::say);
  }

  /** In steps, so that nobody waits long for it. */
  private void prune() {
    pruning = true;
    database
        .query(client -> OutboxTables.prune(client, times.kept()))
        .onFailure(this::untidy)
        .otherwise(0)
        .onSuccess(pruned -> pruneOn(pruned == OutboxTables.MAX_PRUNED));
  }

  private void pruneOn(boolean more) {
    pruning = more && !stopped;
    if (pruning) {
      vertx.setTimer(PRUNING_PAUSE_MILLIS, timer -> pruneUnlessStopped());
    }
  }

  private void pruneUnlessStopped() {
    if (!stopped) {
      prune();
    }
  }

  private void tidied(AsyncResult<Void> done) {
    if (done.succeeded()) {
      saidUntidy = false;
    } else {
      untidy(done.cause());
    }
  }

  /** What is committed here is announced all the same. */
  private void untidy(Throwable failure) {
    metrics.failed();
    // While the database is away the rounds say so.
    if (!saidUntidy && !stopped && !Database.unavailable(failure)) {
      saidUntidy = true;
      LOG.error("what others left, or what is old, is not cleared as long as this fails", failure);
    }
  }

  private void back() {
    if (saidAway) {
      LOG.info("what waited to be announced is");
    }
    saidAway = false;
    metrics.stalled(false);
  }

  private void failed(Throwable failure) {
    metrics.failed();
    metrics.stalled(true);
    if (!saidAway && Database.unavailable(failure)) {
      LOG.warn("what is committed waits to be announced: {}", failure.getMessage());
    } else if (!saidAway) {
      LOG.error("what is committed is not announced as long as this fails", failure);
    }
    saidAway = true;
  }
}
