package dev.rollcall.system;

import dev.rollcall.pubsub.Message;
import dev.rollcall.system.OrdersHttp.Answer;
import dev.rollcall.system.TopicListener.Heard;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A system with customers in its shop while something befalls it: its own processes and database,
 * and a node that hears every announcement.
 */
final class OrdersRun {
  private static final String CORRECTIONS = "rollcall_dashboard_corrections_total";

  private static final int CUSTOMERS = 16;
  private static final long PAUSE_MILLIS = 40;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private static final Duration SOON = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private final Deployment system;
  private final Customers customers;
  private Sql sql;
  private Sql watching;
  private WatchedTopic topic;

  private OrdersRun(Deployment system, Consumer<Answer> told) {
    this.system = system;
    List<Integer> ports = instances().stream().map(Instance::httpPort).toList();
    customers = new Customers(vertx, ports, CUSTOMERS, PAUSE_MILLIS, told);
  }

  /**
   * Starts everything.
   *
   * @param name of the folder below {@code target} with database and logs
   * @param instances of orders-service
   * @param told of every answer to a customer, on their event loop
   */
  static OrdersRun start(String name, int instances, Consumer<Answer> told) throws Exception {
    Layout layout = Layout.standard().with(Kind.CHAT, 0).with(Kind.ORDERS, instances);
    OrdersRun run = new OrdersRun(OwnSystem.start(name, layout), told);
    try {
      run.open();
      return run;
    } catch (Exception | Error failure) {
      run.close();
      throw failure;
    }
  }

  private void open() throws Exception {
    sql = Sql.of(system, OrdersRecords.SCHEMA);
    watching = Sql.of(system, OrdersRecords.SCHEMA);
    topic =
        WatchedTopic.open(
            system,
            new OutboxRecords(sql, OrdersRecords.TOPIC),
            new OrdersRecords(watching)::absent);
  }

  /** Opens the shop; returns when there are some orders. May be called again after the end. */
  void begin(long seed) throws Exception {
    customers.enter(CUSTOMERS, seed);
    awaitOrders(100);
  }

  /** Returns when so many more orders were answered. */
  void awaitOrders(int more) throws Exception {
    int before = customers.placed().size();
    Eventually.await(more + " more orders", SOON, () -> customers.placed().size() >= before + more);
  }

  /** Closes the shop; returns when everybody was answered. */
  void end() throws Exception {
    customers.close();
    PresenceCluster.await(customers.gone());
  }

  /** Returns what is not as it must be, once all has had its time. */
  List<String> faults() throws Exception {
    Faults faults = new Faults();
    topic.settles(SOON);
    topic.check(faults);
    OrdersVerdict verdict = new OrdersVerdict(records(), faults);
    List<Message> announced = topic.records().announced();
    verdict.checkAnswers(customers);
    verdict.checkAnnouncements(announced);
    verdict.checkStats(stats(), announced.size());
    checkDashboard(faults);
    return faults.lines();
  }

  /** It is given the time in which it asks again. */
  private void checkDashboard(Faults faults) throws Exception {
    Instance instance = system.layout().instances(Kind.DASHBOARD).get(0);
    List<String> lines = new ArrayList<>();
    Eventually.holds(
        SOON,
        () -> {
          lines.clear();
          lines.addAll(wrongOn(instance));
          if (!lines.isEmpty()) {
            Eventually.pass(BETWEEN_LOOKS);
          }
          return lines.isEmpty();
        });
    lines.forEach(faults::add);
    faults.equal("corrections of the dashboard", Metrics.of(instance).number(CORRECTIONS), 0.0);
  }

  private List<String> wrongOn(Instance dashboard) throws Exception {
    DashboardClient client =
        PresenceCluster.await(DashboardClient.connect(vertx, system, dashboard, order -> {}));
    JsonObject snapshot = PresenceCluster.await(client.snapshot());
    PresenceCluster.await(client.close());
    Faults shown = new Faults();
    new OrdersVerdict(records(), shown).checkDashboard(snapshot);
    return shown.lines();
  }

  private JsonObject stats() throws Exception {
    OrdersHttp http = new OrdersHttp(vertx, 1);
    return PresenceCluster.await(http.stats(instances().get(0).httpPort())).body();
  }

  /**
   * Returns the longest time from the beginning of an order's transaction to its being heard.
   *
   * @param from how many messages, the first that were heard, do not count
   */
  double longestWaitSeconds(int from) {
    Set<Long> known = new HashSet<>();
    List<Heard> heard = topic.heard();
    heard.subList(0, from).forEach(each -> known.add(each.message().position()));
    return heard.subList(from, heard.size()).stream()
        .filter(each -> known.add(each.message().position()))
        .filter(each -> each.message().event().equals(OrdersRecords.CREATED))
        .mapToDouble(OrdersRun::waitSeconds)
        .max()
        .orElse(0);
  }

  private static double waitSeconds(Heard heard) {
    Instant created = Instant.parse(heard.message().payload().getString("created_at"));
    return Duration.between(created, heard.at()).toMillis() / 1e3;
  }

  Deployment system() {
    return system;
  }

  List<Instance> instances() {
    return system.layout().instances(Kind.ORDERS);
  }

  Customers customers() {
    return customers;
  }

  WatchedTopic topic() {
    return topic;
  }

  OrdersRecords records() {
    return new OrdersRecords(sql);
  }

  void close() throws Exception {
    customers.close();
    PresenceCluster.await(vertx.close());
    if (topic != null) {
      topic.close();
      sql.close();
      watching.close();
    }
    system.close();
  }
}
