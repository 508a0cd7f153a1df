package dev.rollcall.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two people in one room, each with their own browser and their own instance of chat-service. */
@NeedsBrowser
@ExtendWith(RunningSystem.class)
class ChatIT {

  /** A socket that ends is noticed at once; one that was cut is given 3 s to come back. */
  private static final Duration SOCKET_GONE = Duration.ofSeconds(8);

  /** A node that ends without a goodbye is missed by its heartbeat. */
  private static final Duration NODE_GONE = Duration.ofSeconds(10);

  @RegisterExtension final Browsers browsers = new Browsers();

  private final Deployment system;
  private final Instance first;
  private final Instance second;
  private Browser anasBrowser;
  private Browser bobsBrowser;

  ChatIT(Deployment system) {
    this.system = system;
    this.first = system.layout().instances(Kind.CHAT).get(0);
    this.second = system.layout().instances(Kind.CHAT).get(1);
  }

  @BeforeEach
  void openBrowsers() throws Exception {
    anasBrowser = browsers.open();
    bobsBrowser = browsers.open();
  }

  @Test
  void peopleOnTwoInstancesSeeEachOthersWordsAndNames() {
    ChatPage ana = ChatPage.enter(anasBrowser, first.http(), "Ana", "words");
    ChatPage bob = ChatPage.enter(bobsBrowser, second.http(), "Bob", "words");

    for (ChatPage page : new ChatPage[] {ana, bob}) {
      page.lists("Ana", 1);
      page.lists("Bob", 1);
    }
    ana.say("Good morning, Bob");
    bob.shows("Ana", "Good morning, Bob");
    bob.say("Good morning, Ana");
    ana.shows("Bob", "Good morning, Ana");
    ana.shows("Ana", "Good morning, Bob");
  }

  @Test
  void anotherRoomHearsNothing() {
    ChatPage ana = ChatPage.enter(anasBrowser, first.http(), "Ana", "here");
    ChatPage bob = ChatPage.enter(bobsBrowser, second.http(), "Bob", "there");

    ana.say("Only here");
    ana.shows("Ana", "Only here");
    bob.say("Only there");
    bob.shows("Bob", "Only there");
    assertThat(bob.page().getByTestId("message")).hasCount(1);
  }

  @Test
  void aSecondTabAddsNoNameButIsCounted() {
    URI chat = first.http();
    ChatPage ana = ChatPage.enter(anasBrowser, chat, "Ana", "tabs");
    ChatPage bob = ChatPage.enter(bobsBrowser, second.http(), "Bob", "tabs");
    bob.lists("Ana", 1);

    ChatPage anasOther = ChatPage.enter(anasBrowser, chat, "Ana", "tabs");
    bob.lists("Ana", 2);
    ana.lists("Ana", 2);

    anasOther.page().close();
    bob.lists("Ana", 1);
    ana.lists("Ana", 1);
  }

  @Test
  void theNameGoesWhenTheTabIsClosed() {
    ChatPage ana = ChatPage.enter(anasBrowser, first.http(), "Ana", "closing");
    ChatPage bob = ChatPage.enter(bobsBrowser, second.http(), "Bob", "closing");
    ana.lists("Bob", 1);

    bob.page().close();
    ana.stopsListing("Bob", SOCKET_GONE);
  }

  @Test
  void theNameGoesWhenTheBrowserIsKilled() throws Exception {
    ChatPage ana = ChatPage.enter(anasBrowser, first.http(), "Ana", "killed-browser");
    ChatPage.enter(bobsBrowser, second.http(), "Bob", "killed-browser");
    ana.lists("Bob", 1);

    bobsBrowser.kill();
    ana.stopsListing("Bob", SOCKET_GONE);
    ana.lists("Ana", 1);
  }

  @Test
  void theNameGoesWhenTheInstanceIsKilledAndComesBackWithIt() throws Exception {
    ChatPage ana = ChatPage.enter(anasBrowser, first.http(), "Ana", "killed-instance");
    ChatPage bob = ChatPage.enter(bobsBrowser, second.http(), "Bob", "killed-instance");
    ana.lists("Bob", 1);

    ServiceProcess victim = system.child(second.name());
    victim.kill();
    try {
      ana.stopsListing("Bob", NODE_GONE);
      ana.lists("Ana", 1);
      ana.say("Where is Bob?");
      ana.shows("Ana", "Where is Bob?");
    } finally {
      victim.endsWithin(SOCKET_GONE);
      system.restart(second);
    }
    ana.lists("Bob", 1);
    bob.isLive();
  }

  @Test
  void aReloadShowsTheEarlierMessages() {
    ChatPage ana = ChatPage.enter(anasBrowser, first.http(), "Ana", "reload");
    ana.say("Said before");
    ana.shows("Ana", "Said before");

    ana.page().reload();
    ana.isLive();
    ana.shows("Ana", "Said before");
    ChatPage bob = ChatPage.enter(bobsBrowser, second.http(), "Bob", "reload");
    bob.shows("Ana", "Said before");
  }
}
