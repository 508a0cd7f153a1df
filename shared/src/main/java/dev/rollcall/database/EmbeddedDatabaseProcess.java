package dev.rollcall.database;

import dev.rollcall.node.ConfigurationException;
import dev.rollcall.node.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The life of the process that {@link EmbeddedDatabase#main} describes. */
final class EmbeddedDatabaseProcess {
  private static final int DEFAULT_PORT = 5499;

  private EmbeddedDatabase database;
  private boolean ending;

  private EmbeddedDatabaseProcess() {}

  static void run(Map<String, String> variables) {
    try {
      new EmbeddedDatabaseProcess().run(new Environment(variables));
    } catch (ConfigurationException | DatabaseStartException failure) {
      fail(failure.getMessage());
    }
  }

  private void run(Environment environment) {
    Path dataDir = Path.of(environment.text("ROLLCALL_DATA_DIR", ".rollcall"));
    int port = environment.port("ROLLCALL_DATABASE_PORT", DEFAULT_PORT);
    boolean exitWithParent = environment.flag("ROLLCALL_EXIT_WITH_PARENT");
    environment.check();
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "database-stop"));
    if (exitWithParent) {
      Thread watch = new Thread(EmbeddedDatabaseProcess::exitAtEndOfInput, "parent-watch");
      watch.setDaemon(true);
      watch.start();
    }
    if (start(dataDir, port)) {
      System.out.println("database ready " + database.config().url());
      database.ended().join();
      endedByItself(dataDir);
    }
  }

  private synchronized boolean start(Path dataDir, int port) {
    if (!ending) {
      database = EmbeddedDatabase.start(dataDir, port);
    }
    return !ending;
  }

  /** Waits for a start that is under way, so that it leaves nothing. */
  private synchronized void stop() {
    ending = true;
    if (database != null) {
      database.close();
    }
  }

  private synchronized void endedByItself(Path dataDir) {
    if (!ending) {
      ending = true;
      System.err.println("database: PostgreSQL in " + dataDir + " ended by itself");
      Runtime.getRuntime().halt(1);
    }
  }

  private static void exitAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Whoever started this has nothing to say.
      }
    } catch (IOException gone) {
      // As good as the end.
    }
    System.exit(0);
  }

  private static void fail(String problem) {
    System.err.println("database: " + problem);
    System.exit(1);
  }
}
