package dev.rollcall.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles sources that break a rule, so that the rule can be seen to catch them. */
final class Planted {
  private static final Pattern NAME = Pattern.compile("(?:class|record|interface) (\\w+)");

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** One for all, for it remembers what is in the jars. */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, null, null);

  private Planted() {}

  static JavaClasses compile(Path folder, List<String> sources) throws IOException {
    StringWriter said = new StringWriter();
    List<String> options = List.of("-proc:none", "-nowarn");
    FILES.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(folder));
    List<Source> files = sources.stream().map(Source::new).toList();
    if (!COMPILER.getTask(said, FILES, null, options, null, files).call()) {
      throw new IllegalArgumentException(said.toString());
    }
    return new ClassFileImporter().importPath(folder);
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("planted:///" + name(text) + ".java"), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    private static String name(String text) {
      Matcher matcher = NAME.matcher(text);
      if (!matcher.find()) {
        throw new IllegalArgumentException("no class in: " + text);
      }
      return matcher.group(1);
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
