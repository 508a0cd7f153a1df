package dev.rollcall.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewOrderTest {
  private static final Item TEA = new Item("tea-01", 2, 450);

  @Test
  void theTotalIsTheSumOfQuantityTimesPrice() {
    NewOrder order = new NewOrder("Ana", Currency.EUR, List.of(TEA, new Item("b", 3, 1)));

    assertThat(order.total()).isEqualTo(903);
  }

  @Test
  void theLargestOrderCanBeCounted() {
    Item largest = new Item("a", Item.MAX_QUANTITY, Item.MAX_UNIT_PRICE);
    NewOrder order =
        new NewOrder("Ana", Currency.EUR, Collections.nCopies(NewOrder.MAX_ITEMS, largest));

    assertThat(order.total()).isEqualTo(100_000_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "\t", "a\nb", "a\u0000", "\ud83d", "\u00a0", "\u3000", "\ufeff \u2003"})
  void aCustomerWithoutAPrintableNameIsRefused(String customer) {
    assertRejected("/customer", () -> new NewOrder(customer, Currency.EUR, List.of(TEA)));
  }

  @Test
  void aCustomerHasAHundredCharactersAtMost() {
    String longest = "🐦".repeat(100);

    assertThat(new NewOrder(longest, Currency.EUR, List.of(TEA)).customer()).isEqualTo(longest);
    assertRejected("/customer", () -> new NewOrder(longest + "a", Currency.EUR, List.of(TEA)));
  }

  @Test
  void anOrderHasOneToAHundredItems() {
    assertRejected("/items", () -> new NewOrder("Ana", Currency.EUR, List.of()));
    assertRejected(
        "/items", () -> new NewOrder("Ana", Currency.EUR, Collections.nCopies(101, TEA)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 1, 1, /sku",
    "-a, 1, 1, /sku",
    "a b, 1, 1, /sku",
    "a, 0, 1, /quantity",
    "a, 10001, 1, /quantity",
    "a, 1, -1, /unit_price",
    "a, 1, 100000001, /unit_price"
  })
  void anItemOutOfBoundsIsRefused(String sku, int quantity, long unitPrice, String field) {
    assertRejected(field, () -> new Item(sku, quantity, unitPrice));
  }

  @Test
  void aRejectionWithinAnItemIsSeenFromTheOrder() {
    assertRejected(
        "/items/1/quantity",
        () -> NewOrder.of(Samples.order(Samples.item(), Samples.item().put("quantity", 0))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "eur", "XXX"})
  void anotherCurrencyIsRefused(String code) {
    assertRejected("/currency", () -> Currency.of(code));
  }

  @Test
  void theSecondOfTwoEqualSkusIsFound() {
    Item other = new Item("b", 1, 1);

    assertThat(new NewOrder("Ana", Currency.EUR, List.of(TEA, other)).repeatedSku()).isEqualTo(-1);
    assertThat(new NewOrder("Ana", Currency.EUR, List.of(other, TEA, TEA)).repeatedSku())
        .isEqualTo(2);
  }

  @Test
  void itemsAreCopied() {
    assertThatThrownBy(() -> new NewOrder("Ana", Currency.EUR, List.of(TEA)).items().add(TEA))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static void assertRejected(String field, Runnable creation) {
    assertThatThrownBy(creation::run)
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.field()).isEqualTo(field));
  }
}
