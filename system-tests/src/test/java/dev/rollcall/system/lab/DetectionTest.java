package dev.rollcall.system.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectionTest {
  @Test
  void aShorterListOfMembersTellsOfALoss() {
    List<String> log =
        List.of(
            "2026-01-02T03:04:05.000Z INFO  c.h.i.c.ClusterService - ",
            "",
            "Members {size:9, ver:9} [",
            "2026-01-02T03:04:07.250Z INFO  c.h.i.c.ClusterService - ",
            "",
            "Members {size:8, ver:10} [");
    assertThat(Detection.told(log, 9)).containsExactly(Instant.parse("2026-01-02T03:04:07.250Z"));
  }

  @Test
  void soDoesALinkThatLeadsNowhere() {
    List<String> log =
        List.of("2026-01-02T03:04:05.000Z WARN  d.r.p.BusLink - no way to member a, or from it");
    assertThat(Detection.told(log, 9)).hasSize(1);
  }
}
