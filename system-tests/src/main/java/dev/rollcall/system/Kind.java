package dev.rollcall.system;

import java.util.Locale;

/** The services, and the ports of the first instance of each; the next one takes the next port. */
public enum Kind {
  PRESENCE(0, 9061),
  ORDERS(8071, 9071),
  CHAT(8081, 9081),
  DASHBOARD(8091, 9091);

  /** Ten ports lie between one kind and the next. */
  static final int MOST_INSTANCES = 9;

  private final int http;
  private final int management;

  Kind(int http, int management) {
    this.http = http;
    this.management = management;
  }

  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String module() {
    return title() + "-service";
  }

  public boolean servesHttp() {
    return http != 0;
  }

  int http() {
    return http;
  }

  int management() {
    return management;
  }
}
