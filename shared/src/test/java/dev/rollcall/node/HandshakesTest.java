package dev.rollcall.node;

import static dev.rollcall.node.TestCluster.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class HandshakesTest {
  /** Halves of a cluster are looked for by then. */
  private static final int CONNECTED_MILLIS = 40_000;

  /** Longer than it waits, by some looks. */
  private static final int ENDED_MILLIS = (int) Handshakes.ANSWER_MILLIS + 7_000;

  @Test
  void aConnectionThatIsTakenAndNeverAnsweredIsEnded() throws IOException {
    TestCluster cluster = new TestCluster("handshakes-test");
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket frozen = new ServerSocket()) {
      int place = cluster.takePlace();
      await(cluster.start(node -> new VerticleBase() {}));
      frozen.bind(new InetSocketAddress(here, place));
      frozen.setSoTimeout(CONNECTED_MILLIS);
      try (Socket connection = frozen.accept()) {
        connection.setSoTimeout(ENDED_MILLIS);
        InputStream said = connection.getInputStream();
        assertThat(new String(said.readNBytes(3), US_ASCII)).isEqualTo("HZC");
        assertThat(said.read()).as("its end").isEqualTo(-1);
      }
    } finally {
      cluster.closeAll();
    }
  }
}
