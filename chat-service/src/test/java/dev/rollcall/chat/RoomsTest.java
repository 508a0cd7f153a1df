package dev.rollcall.chat;

import static dev.rollcall.chat.MessagesTest.message;
import static dev.rollcall.chat.TestServer.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RoomsTest {
  @RegisterExtension static final TestServer SERVER = new TestServer();

  private static final Room LOBBY = new Room("lobby");
  private static final Room TEA = new Room("tea");

  private Rooms rooms;

  @BeforeEach
  void open() {
    rooms = new Rooms(SERVER.database());
  }

  @Test
  void aRoomIsCreatedOnceAndKeepsItsFirstTitle() throws Exception {
    assertThat(create("tea", null)).isEqualTo(new ListedRoom(TEA, null, 0, 0));
    assertThat(create("tea", "Tea")).isEqualTo(new ListedRoom(TEA, "Tea", 0, 0));
    assertThat(create("tea", "Coffee")).isEqualTo(new ListedRoom(TEA, "Tea", 0, 0));
    assertThat(create("tea", null)).isEqualTo(new ListedRoom(TEA, "Tea", 0, 0));
  }

  @Test
  void aRoomThatIsCreatedManyTimesAtOnceIsOne() throws Exception {
    List<Future<ListedRoom>> created =
        IntStream.range(0, 16).mapToObj(i -> rooms.create(new NewRoom(TEA, "Tea"), "Ana")).toList();
    for (Future<ListedRoom> each : created) {
      assertThat(result(each)).isEqualTo(new ListedRoom(TEA, "Tea", 0, 0));
    }
    assertThat(list("", 50).rooms()).hasSize(1);
  }

  @Test
  void aMessageCreatesItsRoom() throws Exception {
    post(LOBBY, 3);

    assertThat(list("", 50))
        .isEqualTo(new RoomPage(List.of(new ListedRoom(LOBBY, null, 3, 0)), false));
    assertThat(create("lobby", "The lobby")).isEqualTo(new ListedRoom(LOBBY, "The lobby", 3, 0));
  }

  @Test
  void pagesOfRoomsFollowTheirNames() throws Exception {
    for (String name : List.of("d", "b", "a", "c", "e")) {
      create(name, null);
    }

    assertThat(names(list("", 2))).containsExactly("a", "b");
    assertThat(list("", 2).more()).isTrue();
    assertThat(names(list("b", 2))).containsExactly("c", "d");
    assertThat(names(list("d", 2))).containsExactly("e");
    assertThat(list("c", 2).more()).isFalse();
    assertThat(names(list("e", 2))).isEmpty();
  }

  @Test
  void eachUserSeesHowFarTheyHaveRead() throws Exception {
    post(LOBBY, 5);
    read("Ana", 3);

    assertThat(list("", 50).rooms()).containsExactly(new ListedRoom(LOBBY, null, 5, 3));
    assertThat(result(rooms.list(new RoomsAfter("", 50), "Bob")).rooms())
        .containsExactly(new ListedRoom(LOBBY, null, 5, 0));
  }

  @Test
  void readingGoesForwardOnlyAndNotBeyondTheLast() throws Exception {
    post(LOBBY, 5);

    assertThat(read("Ana", 3)).isEqualTo(new ReadMark(LOBBY, 3, true));
    assertThat(read("Ana", 2)).isEqualTo(new ReadMark(LOBBY, 3, false));
    assertThat(read("Ana", 3)).isEqualTo(new ReadMark(LOBBY, 3, false));
    assertThat(read("Ana", Long.MAX_VALUE)).isEqualTo(new ReadMark(LOBBY, 5, true));
    assertThat(read("Ana", 7)).isEqualTo(new ReadMark(LOBBY, 5, false));
    assertThat(read("Bob", 1)).isEqualTo(new ReadMark(LOBBY, 1, true));
  }

  @Test
  void readingAtTheSameMomentEndsAtTheFurthest() throws Exception {
    post(LOBBY, 40);
    List<Future<ReadMark>> marks =
        IntStream.rangeClosed(1, 40)
            .mapToObj(i -> rooms.read(new Place(LOBBY, 1 + i * 7 % 40), "Ana"))
            .toList();
    for (Future<ReadMark> mark : marks) {
      result(mark);
    }

    assertThat(read("Ana", 1)).isEqualTo(new ReadMark(LOBBY, 40, false));
  }

  @Test
  void aRoomWithoutMessagesHasNothingToRead() throws Exception {
    create("lobby", null);

    assertThat(read("Ana", 1)).isEqualTo(new ReadMark(LOBBY, 0, false));
    assertThat(SERVER.count("SELECT count(*) FROM reads")).isZero();
  }

  @Test
  void aRoomThatIsNotThereCanNotBeRead() {
    assertThatThrownBy(() -> read("Ana", 1)).cause().hasMessage("unknown_room");
  }

  private ListedRoom create(String name, String title) throws Exception {
    return result(rooms.create(new NewRoom(new Room(name), title), "Ana"));
  }

  private RoomPage list(String after, int limit) throws Exception {
    return result(rooms.list(new RoomsAfter(after, limit), "Ana"));
  }

  private ReadMark read(String user, long number) throws Exception {
    return result(rooms.read(new Place(LOBBY, number), user));
  }

  private static void post(Room room, int count) throws Exception {
    result(
        SERVER
            .instance()
            .messages()
            .store(
                IntStream.range(0, count)
                    .mapToObj(i -> message(room, "Ana", "hi", "c-" + i))
                    .toList()));
  }

  private static List<String> names(RoomPage page) {
    return page.rooms().stream().map(each -> each.room().name()).toList();
  }
}
