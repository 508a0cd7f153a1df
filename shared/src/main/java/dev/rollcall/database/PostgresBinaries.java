package dev.rollcall.database;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the class path once and run from there. */
final class PostgresBinaries {
  private static final long LONGEST_RUN_SECONDS = 120;

  private final Path bin;

  private PostgresBinaries(Path bin) {
    this.bin = bin;
  }

  /** The programs beside one that runs already. */
  static PostgresBinaries beside(Path program) {
    return new PostgresBinaries(program.toAbsolutePath().getParent());
  }

  /**
   * Unpacks beneath a folder, unless that was done. It is done under another name and renamed when
   * whole, so that one that was interrupted, or met a full disk, leaves nothing to trip over.
   */
  static PostgresBinaries unpack(Path folder) throws IOException {
    byte[] archive = archive();
    Path home = folder.resolve("postgres-" + fingerprint(archive));
    if (!Files.exists(home)) {
      Path partial = folder.resolve(home.getFileName() + ".partial");
      DataFolder.delete(partial);
      extract(archive, partial);
      Files.move(partial, home);
    }
    return new PostgresBinaries(home.resolve("bin"));
  }

  /**
   * Runs one of the programs to its end.
   *
   * @param input what it reads from its standard input
   * @throws IOException when it fails; the message has its output
   */
  void run(String program, List<String> arguments, String input) throws IOException {
    List<String> command = new ArrayList<>();
    if (LinuxUtils.isUnshareAvailable()) {
      // PostgreSQL refuses to run as root. In a user namespace of its own, root is nobody.
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(bin.resolve(program).toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Messages that we read must not come in the user's language.
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try (OutputStream out = process.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (exitCode(process) != 0) {
      throw new IOException(program + " failed: " + output.strip());
    }
  }

  private static int exitCode(Process process) throws IOException {
    try {
      if (process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      process.destroyForcibly();
      throw new IOException("no end after " + LONGEST_RUN_SECONDS + " s");
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  private static byte[] archive() throws IOException {
    String os = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
    String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String machine = architecture.equals("amd64") ? "x86_64" : architecture;
    try (InputStream in = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(os, machine)) {
      return in.readAllBytes();
    } catch (IllegalStateException missing) {
      throw new DatabaseStartException(
          "there is no PostgreSQL for %s on %s to embed: set DATABASE_URL".formatted(os, machine),
          missing);
    }
  }

  private static String fingerprint(byte[] archive) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-256", impossible);
    }
  }

  private static void extract(byte[] archive, Path target) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        extract(tar, entry, target.resolve(entry.getName()).normalize());
      }
    }
  }

  private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path file)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, file);
      if (file.getParent().endsWith("bin") && !file.toFile().setExecutable(true)) {
        throw new IOException("can't make " + file + " executable");
      }
    }
  }
}
