package dev.rollcall.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What {@code postmaster.pid} says of the server in a data folder. A line each: process id, data
 * folder, start time, port, folder of sockets, address, shared memory, state.
 *
 * @param port 0 until the server has written it
 */
record Postmaster(long pid, int port, boolean ready) {
  private static final String FILE = "postmaster.pid";
  private static final int PORT_LINE = 3;
  private static final int STATE_LINE = 7;

  static Optional<Postmaster> read(Path data) {
    try {
      return parse(Files.readAllLines(data.resolve(FILE)));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException unreadable) {
      throw new DatabaseStartException("can't read " + data.resolve(FILE), unreadable);
    }
  }

  static Optional<Postmaster> parse(List<String> lines) {
    if (!line(lines, 0).matches("\\d+")) {
      return Optional.empty();
    }
    String port = line(lines, PORT_LINE);
    return Optional.of(
        new Postmaster(
            Long.parseLong(line(lines, 0)),
            port.matches("\\d+") ? Integer.parseInt(port) : 0,
            line(lines, STATE_LINE).equals("ready")));
  }

  /** Returns the process when it lives and is surely the server of this folder. */
  Optional<ProcessHandle> process(Path data) {
    return ProcessHandle.of(pid).filter(Postmaster::isServer).filter(found -> names(found, data));
  }

  /**
   * Tells whether the id is surely another's by now: ids are used again, and the file outlives a
   * crash of the machine.
   */
  boolean isAnother(Path data) {
    return ProcessHandle.of(pid)
        .filter(found -> program(found).isPresent())
        .filter(found -> found.info().arguments().isPresent())
        .filter(found -> !isServer(found) || !names(found, data))
        .isPresent();
  }

  /** Removes the file, which would keep a server from starting while its id is another's. */
  static void forget(Path data) throws IOException {
    Files.deleteIfExists(data.resolve(FILE));
  }

  static Optional<Path> program(ProcessHandle process) {
    return process.info().command().map(Path::of);
  }

  private static boolean isServer(ProcessHandle process) {
    return program(process).filter(program -> program.endsWith("postgres")).isPresent();
  }

  private static boolean names(ProcessHandle process, Path data) {
    return process
        .info()
        .arguments()
        .filter(arguments -> Arrays.asList(arguments).contains(data.toString()))
        .isPresent();
  }

  private static String line(List<String> lines, int index) {
    return index < lines.size() ? lines.get(index).strip() : "";
  }
}
