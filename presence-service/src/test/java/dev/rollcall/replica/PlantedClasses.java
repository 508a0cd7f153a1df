package dev.rollcall.replica;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * All classes of this project loaded anew, the planted ones in the place of their originals: one
 * loader defines both, so that what is package-private stays within reach.
 */
final class PlantedClasses extends ClassLoader {
  private static final String OURS = "dev.rollcall.";

  private final Map<String, byte[]> planted;

  private PlantedClasses(Map<String, byte[]> planted) {
    super(PlantedClasses.class.getClassLoader());
    this.planted = planted;
  }

  /** Compiles the sources with these edits made; without any, the classes are as they are. */
  static PlantedClasses with(List<Plant.Edit> edits) {
    Map<String, String> sources = new TreeMap<>();
    for (Plant.Edit edit : edits) {
      sources.compute(edit.path(), (path, source) -> edit.in(source == null ? read(path) : source));
    }
    return new PlantedClasses(sources.isEmpty() ? Map.of() : compile(sources));
  }

  /** Runs one seed of the simulation; returns what a checker says of it. */
  Optional<String> violationOf(long seed) {
    try {
      Method run = loadClass(Simulation.class.getName()).getDeclaredMethod("run", long.class);
      run.setAccessible(true);
      run.invoke(null, seed);
      return Optional.empty();
    } catch (InvocationTargetException thrown) {
      return Optional.of(String.valueOf(thrown.getCause().getMessage()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = planted.get(name);
    if (bytes == null) {
      bytes = original(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte[] original(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** Tests run in their module's folder. */
  private static String read(String path) {
    try {
      return Files.readString(Path.of("..").resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, byte[]> compile(Map<String, String> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (Compiled compiled = new Compiled(compiler.getStandardFileManager(null, null, null))) {
      List<String> options =
          List.of("-proc:none", "-nowarn", "-classpath", System.getProperty("java.class.path"));
      List<Source> units =
          sources.entrySet().stream()
              .map(source -> new Source(source.getKey(), source.getValue()))
              .toList();
      if (!compiler.getTask(null, compiled, null, options, null, units).call()) {
        throw new IllegalStateException("does not compile any more: " + sources.keySet());
      }
      return compiled.bytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String path, String text) {
      super(URI.create("memory:///" + path), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Keeps what the compiler writes. */
  private static final class Compiled extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

    Compiled(StandardJavaFileManager standard) {
      super(standard);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      classes.put(name, bytes);
      return new SimpleJavaFileObject(URI.create("memory:///" + name + ".class"), kind) {
        @Override
        public OutputStream openOutputStream() {
          return bytes;
        }
      };
    }

    Map<String, byte[]> bytes() {
      Map<String, byte[]> all = new HashMap<>();
      classes.forEach((name, bytes) -> all.put(name, bytes.toByteArray()));
      return all;
    }
  }
}
