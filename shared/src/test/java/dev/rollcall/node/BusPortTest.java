package dev.rollcall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class BusPortTest {
  private static final String HOST = "127.0.0.1";

  @Test
  void whoCallsBeforeTheBusListensIsNotRefused() throws IOException {
    BusPort port = BusPort.take(HOST, 0);
    try (Socket caller = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
      assertThat(caller.isConnected()).isTrue();
    }
    port.release();
  }

  @Test
  void thePortIsNobodyElsesUntilTheBusGetsIt() throws IOException {
    BusPort port = BusPort.take(HOST, 0);
    assertThatThrownBy(() -> listen(port.number())).isInstanceOf(IOException.class);
    int number = port.number();
    port.release();
    listen(number).close();
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (ServerSocket taken = listen(0)) {
      assertThatThrownBy(() -> BusPort.take(HOST, taken.getLocalPort()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("event bus")
          .hasMessageContaining(":" + taken.getLocalPort());
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
