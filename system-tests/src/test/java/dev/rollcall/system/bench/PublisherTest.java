package dev.rollcall.system.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublisherTest {
  @Test
  void aPublisherSendsNoMoreThanItsWindow() {
    Publisher publisher = new Publisher(2, 1);
    assertThat(publisher.next(0)).isEqualTo(1);
    assertThat(publisher.maySend()).isTrue();
    publisher.next(0);
    assertThat(publisher.maySend()).isFalse();
    publisher.received(1);
    assertThat(publisher.maySend()).isTrue();
  }

  @Test
  void aMessageForAllIsBackWhenAllHaveIt() {
    Publisher publisher = new Publisher(1, 3);
    publisher.next(0);
    publisher.received(1);
    publisher.received(1);
    assertThat(publisher.maySend()).isFalse();
    publisher.received(1);
    assertThat(publisher.maySend()).isTrue();
  }

  @Test
  void aLostMessageEndsNoRun() {
    Publisher publisher = new Publisher(1, 1);
    publisher.next(0);
    publisher.giveUpLost(1_000_000_000);
    assertThat(publisher.maySend()).isFalse();
    publisher.giveUpLost(11_000_000_000L);
    assertThat(publisher.maySend()).isTrue();
    publisher.next(11_000_000_000L);
    publisher.received(1);
    assertThat(publisher.maySend()).isFalse();
    assertThat(publisher.stalls()).isEqualTo(1);
  }
}
