package dev.rollcall.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.database.DatabaseConfig.Tls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseConfigTest {
  @Test
  void aWholeUrlIsRead() {
    assertThat(DatabaseConfig.parse("postgresql://ana:pw@db.example:6000/shop"))
        .isEqualTo(new DatabaseConfig("db.example", 6000, "shop", "ana", "pw", Tls.DISABLE));
  }

  @Test
  void thePortIsTheUsualOneWhenLeftOut() {
    assertThat(DatabaseConfig.parse("postgres://ana:pw@db/shop").port()).isEqualTo(5432);
  }

  @Test
  void userPasswordAndDatabaseAreDecoded() {
    DatabaseConfig config = DatabaseConfig.parse("postgresql://a%40b:p%2Fw%3A%25+%20@db/my%20shop");

    assertThat(config.user()).isEqualTo("a@b");
    assertThat(config.password()).isEqualTo("p/w:%+ ");
    assertThat(config.database()).isEqualTo("my shop");
  }

  @Test
  void aPasswordMayHoldColons() {
    assertThat(DatabaseConfig.parse("postgresql://ana:a:b@db/shop").password()).isEqualTo("a:b");
  }

  @Test
  void aPasswordMayBeLeftOut() {
    assertThat(DatabaseConfig.parse("postgresql://ana@db/shop").password()).isEmpty();
  }

  @Test
  void anAddressOfIpVersion6IsRead() {
    DatabaseConfig config = DatabaseConfig.parse("postgresql://ana:pw@[::1]:6000/shop");

    assertThat(config.host()).isEqualTo("::1");
    assertThat(config.jdbcUrl()).startsWith("jdbc:postgresql://[::1]:6000/shop");
  }

  @ParameterizedTest
  @CsvSource({"disable, DISABLE", "require, REQUIRE", "verify-full, VERIFY_FULL"})
  void sslmodeIsRead(String sslmode, Tls tls) {
    DatabaseConfig config = DatabaseConfig.parse("postgresql://ana:pw@db/shop?sslmode=" + sslmode);

    assertThat(config.tls()).isEqualTo(tls);
    assertThat(config.jdbcUrl()).contains("sslmode=" + sslmode);
  }

  @Test
  void theUrlReadsBackAsTheSame() {
    DatabaseConfig config =
        new DatabaseConfig("::1", 6000, "my shop", "a@b", "p/w:%+ é", Tls.VERIFY_FULL);

    assertThat(DatabaseConfig.parse(config.url())).isEqualTo(config);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "mysql://ana:secret@db/shop",
        "postgresql:ana:secret@db/shop",
        "postgresql://db/shop",
        "postgresql://:secret@db/shop",
        "postgresql://ana:secret@/shop",
        "postgresql://ana:secret@db",
        "postgresql://ana:secret@db/",
        "postgresql://ana:secret@db/shop/more",
        "postgresql://ana:secret@db:x/shop",
        "postgresql://ana:secret@db:0/shop",
        "postgresql://ana:secret@db:99999/shop",
        "postgresql://ana:secret@[::1/shop",
        "postgresql://ana:secret@[::1]6000/shop",
        "postgresql://ana:sec ret@db/shop",
        "postgresql://ana:secret%2@db/shop",
        "postgresql://ana:secret@db/shop?sslmode=prefer",
        "postgresql://ana:secret@db/shop?secret=1"
      })
  void anythingElseIsRefusedWithoutShowingThePassword(String url) {
    assertThatThrownBy(() -> DatabaseConfig.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the URL of the database ")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void itsTextHidesThePassword() {
    assertThat(DatabaseConfig.parse("postgresql://ana:secret@db/shop"))
        .hasToString("DatabaseConfig[db:5432/shop as ana, sslmode=disable]");
  }
}
