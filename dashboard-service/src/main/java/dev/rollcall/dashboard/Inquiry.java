package dev.rollcall.dashboard;

import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the board right by asking for stats: after each order, every 5 s, and each second while
 * nobody answers. There is never more than one question on its way; orders that come meanwhile ask
 * once more, together. Belongs to one event loop.
 *
 * <p>While orders-service is away its orders may be missed. So the first answer after that, as the
 * first of all, counts only once the newest orders are there too.
 */
final class Inquiry {
  private static final Logger LOG = LoggerFactory.getLogger(Inquiry.class);
  private static final int SECONDS_BETWEEN = 5;

  private final Board board;
  private final Orders orders;
  private final Audience audience;
  private final InstantSource clock;
  private boolean asking;
  private boolean again;
  private boolean compare;
  private boolean saidAway;
  private int seconds;

  Inquiry(Board board, Orders orders, Audience audience, InstantSource clock) {
    this.board = board;
    this.orders = orders;
    this.audience = audience;
    this.clock = clock;
  }

  /** Asks now or, while a question is on its way, once more after its answer. */
  void ask() {
    again = asking;
    if (asking) {
      return;
    }
    asking = true;
    seconds = 0;
    Instant askedAt = clock.instant();
    orders
        .stats()
        .compose(stats -> caughtUp().onSuccess(done -> board.answered(stats, askedAt)))
        .onSuccess(done -> back())
        .onFailure(this::away)
        .onComplete(done -> answered());
  }

  /** To be called each second. */
  void tick() {
    seconds++;
    if (!asking && (board.stale() || seconds >= SECONDS_BETWEEN)) {
      // An order whose announcement was lost is found now.
      compare = true;
      ask();
    }
  }

  private Future<Void> caughtUp() {
    boolean all = board.stale() || compare;
    compare = false;
    return all ? orders.newest().map(this::merge) : Future.succeededFuture();
  }

  /** Oldest first, as they would have come. */
  private Void merge(List<Order> newest) {
    newest.stream()
        .sorted((one, other) -> Long.compare(one.id(), other.id()))
        .filter(board::add)
        .forEach(audience::missed);
    return null;
  }

  private void answered() {
    asking = false;
    audience.stats(board.stats());
    if (again) {
      ask();
    }
  }

  private void back() {
    if (saidAway) {
      LOG.info("orders-service answers again");
    }
    saidAway = false;
  }

  private void away(Throwable failure) {
    if (!saidAway) {
      LOG.warn("orders-service does not answer, the stats are stale: {}", failure.getMessage());
    }
    saidAway = true;
    board.unanswered();
  }
}
