package dev.rollcall.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

/** A tab with a chat room in it, as a person uses and reads it. */
record ChatPage(Page page) {

  static ChatPage enter(Browser browser, URI chat, String name, String room) {
    Page page = browser.tab(chat);
    SignIn.as(page, name);
    page.getByTestId("room-input").fill(room);
    page.getByTestId("room-submit").click();
    ChatPage chatPage = new ChatPage(page);
    chatPage.isLive();
    assertThat(page).hasTitle(Pattern.compile("#" + room + " "));
    // Listed: so the room's node has this tab as a subscriber too.
    assertThat(chatPage.person(name)).hasCount(1);
    return chatPage;
  }

  void isLive() {
    assertThat(page.getByTestId("connection")).hasAttribute("data-state", "live");
  }

  void say(String text) {
    page.getByTestId("message-input").fill(text);
    page.getByTestId("message-send").click();
  }

  void shows(String author, String text) {
    Locator message =
        page.getByTestId("message").filter(new Locator.FilterOptions().setHasText(text));
    assertThat(message).hasCount(1);
    assertThat(message.getByTestId("message-author")).hasText(author);
    assertThat(message.getByTestId("message-text")).hasText(text);
  }

  void lists(String user, int tabs) {
    assertThat(person(user)).hasCount(1);
    assertThat(person(user)).hasAttribute("data-tabs", String.valueOf(tabs));
  }

  /** For somebody whose service is only starting. */
  void listsWithin(Duration within, String user) {
    assertThat(person(user))
        .hasCount(1, new HasCountOptions().setTimeout((double) within.toMillis()));
  }

  void stopsListing(String user, Duration within) {
    assertThat(person(user))
        .hasCount(0, new HasCountOptions().setTimeout((double) within.toMillis()));
  }

  private Locator person(String user) {
    return page.locator("[data-testid=person][data-user='" + user + "']");
  }
}
