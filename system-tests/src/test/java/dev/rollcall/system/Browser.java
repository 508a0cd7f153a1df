package dev.rollcall.system;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchPersistentContextOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One person's browser: a Chromium process and a profile of its own, with any number of tabs. */
final class Browser {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  private static final List<String> ARGUMENTS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private static final int KILLED_WITHIN_SECONDS = 10;

  private final BrowserContext context;
  private final Set<ProcessHandle> processes;

  private Browser(BrowserContext context, Set<ProcessHandle> processes) {
    this.context = context;
    this.processes = processes;
  }

  /** The program that {@code CHROMIUM} names, else the first of the usual names on the path. */
  static Optional<Path> installed() {
    String named = System.getenv("CHROMIUM");
    Stream<Path> candidates =
        named != null
            ? Stream.of(Path.of(named))
            : NAMES.stream()
                .flatMap(
                    name ->
                        Stream.of(System.getenv("PATH").split(File.pathSeparator))
                            .map(folder -> Path.of(folder, name)));
    return candidates.filter(Files::isExecutable).findFirst();
  }

  static Browser open(Playwright playwright) throws IOException {
    Set<ProcessHandle> before = withoutParentAmong(descendants());
    BrowserContext context =
        playwright
            .chromium()
            .launchPersistentContext(
                Files.createTempDirectory("rollcall-browser"),
                new LaunchPersistentContextOptions()
                    .setExecutablePath(installed().orElseThrow())
                    .setHeadless(true)
                    .setChromiumSandbox(false)
                    .setArgs(ARGUMENTS));
    Set<ProcessHandle> opened = withoutParentAmong(descendants());
    opened.removeAll(before);
    return new Browser(context, opened);
  }

  Page tab(URI address) {
    Page page = context.newPage();
    page.navigate(address.toString());
    return page;
  }

  /** SIGKILL: no page is told, no socket is closed by its page. */
  void kill() throws InterruptedException, ExecutionException, TimeoutException {
    for (ProcessHandle process : processes) {
      process.destroyForcibly();
      process.onExit().get(KILLED_WITHIN_SECONDS, TimeUnit.SECONDS);
    }
  }

  void close() {
    if (processes.stream().allMatch(ProcessHandle::isAlive)) {
      context.close();
    }
  }

  private static Set<ProcessHandle> descendants() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").contains("chrom"))
        .collect(Collectors.toSet());
  }

  /** Of each browser the one process that all its others are children of. */
  private static Set<ProcessHandle> withoutParentAmong(Set<ProcessHandle> all) {
    return all.stream()
        .filter(process -> process.parent().filter(all::contains).isEmpty())
        .collect(Collectors.toCollection(HashSet::new));
  }
}
