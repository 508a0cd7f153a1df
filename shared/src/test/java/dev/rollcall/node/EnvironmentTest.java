package dev.rollcall.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  @Test
  void whatIsNotSetHasItsDefault() {
    Environment environment = new Environment(Map.of("BLANK", "  "));
    assertThat(environment.text("BLANK", "otherwise")).isEqualTo("otherwise");
    assertThat(environment.number("NONE", 7, 1, 9)).isEqualTo(7);
    assertThat(environment.flag("NONE")).isFalse();
    assertThatCode(environment::check).doesNotThrowAnyException();
  }

  @Test
  void everyProblemIsNamedAtOnce() {
    Environment environment =
        new Environment(Map.of("PORT", "70000", "COUNT", "many", "FLAG", "yes"));
    environment.port("PORT", 1);
    environment.number("COUNT", 1, 1, 9);
    environment.flag("FLAG");
    environment.required("KEY", "needed here");
    assertThatThrownBy(environment::check)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("PORT must be a whole number from 0 to 65535, not '70000'")
        .hasMessageContaining("COUNT must be a whole number from 1 to 9, not 'many'")
        .hasMessageContaining("FLAG must be true or false, not 'yes'")
        .hasMessageContaining("KEY is not set: needed here");
  }

  @Test
  void productionTakesNothingForGranted() {
    Environment environment = new Environment(Map.of("ROLLCALL_MODE", "production"));
    NodeConfig.from(environment);
    assertThatThrownBy(environment::check)
        .hasMessageContaining("ROLLCALL_CLUSTER_HOST is not set")
        .hasMessageContaining("ROLLCALL_CLUSTER_MEMBERS and ROLLCALL_CLUSTER_DNS");
  }

  @Test
  void anIssuersClockIsAheadInProductionOnlyUnlessSaidSo() {
    Map<String, String> production = Map.of("ROLLCALL_MODE", "production");
    Map<String, String> said = Map.of("ROLLCALL_JWT_LEEWAY_SECONDS", "7");
    assertThat(new Environment(Map.of()).leewaySeconds()).isZero();
    assertThat(new Environment(production).leewaySeconds()).isEqualTo(5);
    assertThat(new Environment(said).leewaySeconds()).isEqualTo(7);
  }

  @Test
  void theClusterNeverListensOnEveryInterface() {
    Environment environment = new Environment(Map.of("ROLLCALL_CLUSTER_HOST", "0.0.0.0"));
    NodeConfig.from(environment);
    assertThatThrownBy(environment::check).hasMessageContaining("one address");
  }

  @Test
  void aMemberIsAHostAndAPort() {
    Environment environment = new Environment(Map.of("ROLLCALL_CLUSTER_MEMBERS", "a:1, b"));
    NodeConfig.from(environment);
    assertThatThrownBy(environment::check).hasMessageContaining("has 'b'");
  }

  @Test
  void aLevelAndAFormatOfTheLogAreTheirNames() {
    Environment environment =
        new Environment(Map.of("ROLLCALL_LOG_LEVEL", "LOUD", "ROLLCALL_LOG_FORMAT", "xml"));
    NodeConfig.from(environment);
    assertThatThrownBy(environment::check)
        .hasMessageContaining("ROLLCALL_LOG_LEVEL must be one of TRACE, DEBUG, INFO, WARN, ERROR")
        .hasMessageContaining("not 'LOUD'")
        .hasMessageContaining("ROLLCALL_LOG_FORMAT must be text or json, not 'xml'");
    Environment good = new Environment(Map.of("ROLLCALL_LOG_LEVEL", "debug"));
    NodeConfig.from(good);
    assertThatCode(good::check).doesNotThrowAnyException();
  }

  @Test
  void noPortIsTakenTwice() {
    Environment environment =
        new Environment(
            Map.of(
                "ROLLCALL_HTTP_PORT", "9090",
                "ROLLCALL_MANAGEMENT_PORT", "9090",
                "ROLLCALL_CLUSTER_PORT", "0",
                "ROLLCALL_BUS_PORT", "0"));
    NodeConfig.from(environment);
    assertThatThrownBy(environment::check)
        .hasMessageContaining("ROLLCALL_HTTP_PORT")
        .hasMessageContaining("ROLLCALL_MANAGEMENT_PORT")
        .hasMessageEndingWith("must not be the same: 9090");
  }

  /** What is wrong with the node and with its operator's part is said in one go. */
  @Test
  void aStartNamesWhatIsWrongInEveryPart() {
    Environment environment =
        new Environment(
            Map.of("ROLLCALL_HTTP_PORT", "many", "ROLLCALL_OPERATOR_TOKEN", "too-short"));
    assertThatThrownBy(() -> new NodeStart("a-service", environment))
        .hasMessageContaining("ROLLCALL_HTTP_PORT")
        .hasMessageContaining("ROLLCALL_OPERATOR_TOKEN");
  }
}
