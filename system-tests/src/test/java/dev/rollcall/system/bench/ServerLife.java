package dev.rollcall.system.bench;

import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A server as a process: it says {@value #READY}, answers what is asked on its standard input, a
 * line each, and ends with that.
 */
final class ServerLife {
  static final String READY = "ready";

  /** How many bytes all of its threads have allocated. */
  static final String ALLOCATED = "allocated";

  /** How many bytes of heap are in use after a collection. */
  static final String HEAP = "heap";

  private static final long START_SECONDS = 60;

  private ServerLife() {}

  static void live(Supplier<Future<?>> start)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    PrintStream answers = System.out;
    // The logs' place is elsewhere.
    System.setOut(System.err);
    start.get().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    answers.println(READY);
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    String question = questions.readLine();
    while (question != null) {
      answers.println(answer(question));
      question = questions.readLine();
    }
    Runtime.getRuntime().halt(0);
  }

  private static long answer(String question) {
    return switch (question) {
      case ALLOCATED -> allocatedBytes();
      case HEAP -> heapBytes();
      default -> throw new IllegalArgumentException(question);
    };
  }

  /** What ended threads allocated is not in it; the event loops do not end. */
  private static long allocatedBytes() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] allocated = threads.getThreadAllocatedBytes(threads.getAllThreadIds());
    return Arrays.stream(allocated).filter(bytes -> bytes > 0).sum();
  }

  private static long heapBytes() {
    ManagementFactory.getMemoryMXBean().gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
