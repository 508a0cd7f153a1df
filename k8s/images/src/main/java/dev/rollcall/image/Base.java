package dev.rollcall.image;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What an image stands on: a JRE and what it needs.
 *
 * @param name a file as docker save writes it, or the name of an image in a registry
 * @param cache where its layers are kept
 */
record Base(String name, Path cache) {

  /** Tells whether it is a file, so that no registry is asked. */
  boolean local() {
    return Files.isRegularFile(Path.of(name));
  }

  JibContainerBuilder begin() throws InvalidImageReferenceException {
    return (local() ? Jib.from(TarImage.at(Path.of(name))) : Jib.from(registered()))
        .setPlatforms(Set.of(new Platform(architecture(), "linux")));
  }

  /** As whoever has logged in with a client of the registry. */
  private RegistryImage registered() throws InvalidImageReferenceException {
    ImageReference reference = ImageReference.parse(name);
    CredentialRetrieverFactory credentials =
        CredentialRetrieverFactory.forImage(reference, event -> {});
    return RegistryImage.named(reference)
        .addCredentialRetriever(credentials.dockerConfig())
        .addCredentialRetriever(credentials.wellKnownCredentialHelpers());
  }

  /** This machine's: the classes can be archived only where the image can be run. */
  static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }
}
