package dev.rollcall.dashboard;

import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the board is right: it asks for the stats at the beginning, every 5 s, when
 * announcements were missed, and each second while nobody answers. There is never more than one
 * question on its way, whoever looks. Belongs to one event loop.
 *
 * <p>While orders-service is away its orders may be missed. So the first answer after that, as the
 * first of all, counts only once the newest orders are there too.
 */
final class Inquiry {
  private static final Logger LOG = LoggerFactory.getLogger(Inquiry.class);
  private static final int SECONDS_BETWEEN = 5;

  private final Board board;
  private final Orders orders;
  private final InstantSource clock;
  private final LongConsumer reached;
  private final Runnable answered;
  private boolean asking;
  private boolean again;
  private boolean saidAway;
  private int seconds;

  /**
   * @param reached told how far the announcements go
   * @param answered called after each question, whether or not it was answered
   */
  Inquiry(
      Board board, Orders orders, InstantSource clock, LongConsumer reached, Runnable answered) {
    this.board = board;
    this.orders = orders;
    this.clock = clock;
    this.reached = reached;
    this.answered = answered;
  }

  /** Asks, unless a question is on its way. */
  void ask() {
    if (asking) {
      return;
    }
    asking = true;
    seconds = 0;
    orders
        .stats()
        .compose(stats -> listed().map(stats))
        .onSuccess(this::answered)
        .onFailure(this::away)
        .onComplete(done -> ended());
  }

  private void ended() {
    asking = false;
    if (again) {
      again = false;
      missed();
    }
    answered.run();
  }

  /**
   * Announcements were missed: what is shown is not right until the next answer. That to a question
   * which is on its way may be as of before, and is not enough.
   */
  void missed() {
    board.doubt();
    again = asking;
    ask();
  }

  /** To be called each second. */
  void tick() {
    seconds++;
    if (board.stale() || seconds >= SECONDS_BETWEEN) {
      ask();
    }
  }

  /** Announcements bring the orders, but for those before the first and those that were missed. */
  private Future<Void> listed() {
    return board.stale()
        ? orders.newest().onSuccess(board::listed).mapEmpty()
        : Future.succeededFuture();
  }

  private void answered(Stats stats) {
    long position = stats.position();
    long corrections = board.corrections();
    if (board.answered(stats, clock.instant()) && saidAway) {
      LOG.info("orders-service answers again");
      saidAway = false;
    }
    if (board.corrections() > corrections) {
      LOG.warn("the stats were others than orders-service's, and are corrected");
    }
    reached.accept(position);
  }

  private void away(Throwable failure) {
    if (!saidAway) {
      LOG.warn("orders-service does not answer, the stats are stale: {}", failure.getMessage());
    }
    saidAway = true;
    board.doubt();
  }
}
