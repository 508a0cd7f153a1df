package dev.rollcall.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A service's SQL, in its migrations and in its Java, names no schema but its own. */
class SchemasTest {
  /** Who keeps data, and where. */
  private static final Map<String, String> SCHEMAS =
      Map.of("chat-service", "chat", "orders-service", "orders");

  @ParameterizedTest
  @MethodSource("services")
  void aServiceStaysInItsOwnSchema(String service) {
    assertThat(migrations(service)).isNotEmpty();
    assertThat(sql(service)).allSatisfy(it -> assertThat(strays(it, service)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id FROM chat.messages",
        "select 1 from orders.orders o join \"chat\" . \"messages\" m on m.id = o.id",
        "INSERT INTO public.items VALUES ($1)",
        "CREATE SCHEMA billing",
        "SET search_path TO chat, orders"
      })
  void anotherSchemaIsCaught(String sql) {
    assertThat(strays(sql, "orders-service")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT o.id FROM orders.orders o JOIN orders.items i ON i.order_id = o.id",
        "SELECT extract(epoch FROM o.created_at) FROM orders o",
        "CREATE SCHEMA IF NOT EXISTS orders",
        "the chat is over. Messages follow"
      })
  void theOwnSchemaIsNot(String sql) {
    assertThat(strays(sql, "orders-service")).isEmpty();
  }

  private static List<String> strays(String sql, String service) {
    String own = SCHEMAS.get(service);
    String others =
        Stream.concat(SCHEMAS.values().stream(), Stream.of("public", "dashboard", "presence"))
            .filter(schema -> !schema.equals(own))
            .collect(Collectors.joining("|"));
    Pattern stray =
        Pattern.compile(
            "(?<![\\w.:/-])\"?("
                + others
                + ")\"? ?\\. ?\"?[a-z]"
                + "|create schema (if not exists )?+(?!"
                + own
                + "\\b)\\w+"
                + "|search_path",
            Pattern.CASE_INSENSITIVE);
    return stray.matcher(sql).results().map(MatchResult::group).toList();
  }

  /** Its migrations, and every string in its Java. */
  private static List<String> sql(String service) {
    Stream<String> strings =
        Checkout.texts(service + "/src/main/java", ".java").stream().flatMap(Checkout::literals);
    return Stream.concat(migrations(service).stream(), strings).toList();
  }

  private static List<String> migrations(String service) {
    return Checkout.texts(service + "/src/main/resources", ".sql");
  }

  static Stream<String> services() {
    return SCHEMAS.keySet().stream();
  }
}
