package dev.rollcall.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class WireTest {
  @Test
  void itIsOpenWhileSomebodyTakesConnectionsThere() throws IOException {
    InetSocketAddress address;
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = (InetSocketAddress) listening.getLocalSocketAddress();
      assertThat(Wire.isOpen(address)).isTrue();
    }
    assertThat(Wire.isOpen(address)).isFalse();
    assertThat(Wire.isOpen(InetSocketAddress.createUnresolved("nobody", 5701))).isFalse();
  }
}
