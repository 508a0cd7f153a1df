package dev.rollcall.database;

import static dev.rollcall.database.TestServer.failure;
import static dev.rollcall.database.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The circuit with a server that is played: each question waits until the test answers it. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CircuitTest {
  private final Throwable lost = ClosedConnectionException.INSTANCE;

  private final Logger logger = (Logger) LoggerFactory.getLogger(Circuit.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final BlockingQueue<Promise<String>> questions = new LinkedBlockingQueue<>();
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private Circuit circuit;

  @BeforeEach
  void make() throws Exception {
    log.start();
    logger.addAppender(log);
    circuit = inContext(() -> new Circuit(vertx, "db:5432", this::question, new DatabaseMetrics()));
  }

  @AfterEach
  void close() throws Exception {
    logger.detachAppender(log);
    result(vertx.close());
  }

  @Test
  void whatSucceedsPassesAndAsksNothing() throws Exception {
    assertThat(result(circuit.guard(() -> Future.succeededFuture("done")))).isEqualTo("done");
    thereIsNoQuestion();
  }

  @Test
  void aLossRaisesAQuestionAndOneWithoutAnAnswerOpens() throws Exception {
    assertThat(lose()).isSameAs(lost);
    assertThat(circuit.open()).isFalse();

    next().fail(new TimeoutException());
    untilOpen();

    AtomicInteger begun = new AtomicInteger();
    Throwable refused =
        failure(
            circuit.guard(
                () -> {
                  begun.incrementAndGet();
                  return Future.succeededFuture();
                }));
    assertThat(refused).isInstanceOf(AwayException.class);
    assertThat(begun).hasValue(0);
  }

  @Test
  void aQuestionThatIsAnsweredLeavesItClosed() throws Exception {
    lose();
    next().complete("here");
    turn();

    assertThat(circuit.open()).isFalse();
    assertThat(log.list).isEmpty();
  }

  @Test
  void anAnswerMayBeARefusal() throws Exception {
    lose();
    next().fail(new PgException("too many connections", "FATAL", "53300", ""));
    turn();

    assertThat(circuit.open()).isFalse();
  }

  @Test
  void aServerThatSaysSomethingIsNotDoubted() throws Exception {
    for (String sqlState : new String[] {"23505", "57014", "53300", "40001", "55P03"}) {
      failure(
          circuit.guard(() -> Future.failedFuture(new PgException("no", "ERROR", sqlState, ""))));
    }
    failure(circuit.guard(() -> Future.failedFuture(new IllegalStateException("ours"))));

    thereIsNoQuestion();
  }

  @Test
  void manyLossesRaiseOneQuestionAndItsAnswerIsTrustedForAWhile() throws Exception {
    for (int i = 0; i < 100; i++) {
      lose();
    }
    Promise<String> only = next();
    thereIsNoQuestion();
    only.complete("here");
    turn();
    lose();
    thereIsNoQuestion();

    do {
      lose();
    } while (questions.poll(10, TimeUnit.MILLISECONDS) == null);
  }

  @Test
  void whileOpenItAsksByItselfUntilThereIsAnAnswer() throws Exception {
    lose();
    next().fail(new TimeoutException());
    next().fail(new TimeoutException());
    Promise<String> third = next();
    assertThat(circuit.open()).isTrue();
    third.complete("here");
    turn();

    assertThat(circuit.open()).isFalse();
    assertThat(result(circuit.guard(() -> Future.succeededFuture("done")))).isEqualTo("done");
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "The database at db:5432 is away: requests fail at once until it answers",
            "The database at db:5432 answers again");
  }

  @Test
  void requestsFromBeforeTellNothingWhileItIsHalfOpen() throws Exception {
    Promise<String> slow = Promise.promise();
    Promise<String> quick = Promise.promise();
    Future<String> failed = circuit.guard(slow::future);
    Future<String> succeeded = circuit.guard(quick::future);
    lose();
    next().fail(new TimeoutException());
    Promise<String> halfOpen = next();

    slow.fail(new IllegalStateException("ours"));
    quick.complete("late");

    assertThat(failure(failed)).isInstanceOf(IllegalStateException.class);
    assertThat(result(succeeded)).isEqualTo("late");
    turn();
    assertThat(circuit.open()).isTrue();
    halfOpen.complete("here");
    turn();
    assertThat(circuit.open()).isFalse();
  }

  @Test
  void whoeverFoundTheServerAwayMayGo() throws Exception {
    VerticleBase guest =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return circuit.guard(() -> Future.failedFuture(lost)).otherwiseEmpty();
          }
        };
    String deployment = result(vertx.deployVerticle(guest));
    next().fail(new TimeoutException());
    untilOpen();
    result(vertx.undeploy(deployment));

    next().complete("here");
    turn();
    assertThat(circuit.open()).isFalse();
  }

  @Test
  void oneThatIsClosedAsksNoMore() throws Exception {
    lose();
    Promise<String> asked = next();
    circuit.close();
    asked.fail(new TimeoutException());

    assertThat(questions.poll(2 * Circuit.PAUSE_MILLIS, TimeUnit.MILLISECONDS)).isNull();
  }

  private Future<String> question() {
    Promise<String> answer = Promise.promise();
    questions.add(answer);
    return answer.future();
  }

  private Throwable lose() throws Exception {
    return failure(circuit.guard(() -> Future.failedFuture(lost)));
  }

  private Promise<String> next() throws InterruptedException {
    Promise<String> next = questions.poll(10, TimeUnit.SECONDS);
    assertThat(next).as("a question").isNotNull();
    return next;
  }

  /** Whatever was to be asked is asked in a turn of the context. */
  private void thereIsNoQuestion() throws Exception {
    turn();
    assertThat(questions).isEmpty();
  }

  private void untilOpen() throws Exception {
    while (!circuit.open()) {
      turn();
    }
  }

  /** What is answered is acted on in the next turn of the context, or in the one after it. */
  private void turn() throws Exception {
    inContext(() -> "one");
    inContext(() -> "two");
    inContext(() -> "three");
  }

  private <T> T inContext(Supplier<T> task) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(go -> done.complete(task.get()));
    return result(done.future());
  }
}
