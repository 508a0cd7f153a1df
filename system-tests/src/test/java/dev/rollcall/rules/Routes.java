package dev.rollcall.rules;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.IngressServiceBackend;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The ways of browsers to services, through the ingress controller. */
record Routes(Manifests manifests, List<Route> all) {
  private static final String NGINX = "nginx.ingress.kubernetes.io/";

  /** A path of a host. */
  record Route(Ingress ingress, IngressRule rule, HTTPIngressPath path) {

    String host() {
      return rule.getHost();
    }

    String service() {
      return path.getBackend().getService().getName();
    }

    boolean isExact() {
      return path.getPathType().equals("Exact");
    }

    /** As the controller judges: an exact path before a prefix, the longer prefix before others. */
    boolean takes(String request) {
      String own = path.getPath();
      return isExact()
          ? request.equals(own)
          : (request + "/").startsWith((own.endsWith("/") ? own : own + "/"));
    }

    String said(String annotation) {
      Map<String, String> annotations = ingress.getMetadata().getAnnotations();
      return annotations.getOrDefault(NGINX + annotation, "");
    }

    @Override
    public String toString() {
      return host() + path.getPath();
    }
  }

  static Routes of(Manifests manifests) {
    return new Routes(
        manifests,
        manifests
            .all(Ingress.class)
            .flatMap(
                ingress ->
                    ingress.getSpec().getRules().stream()
                        .flatMap(
                            rule ->
                                rule.getHttp().getPaths().stream()
                                    .map(path -> new Route(ingress, rule, path))))
            .toList());
  }

  Stream<String> hosts() {
    return all.stream().map(Route::host).distinct();
  }

  Optional<Route> to(String host, String request) {
    return all.stream()
        .filter(route -> route.host().equals(host) && route.takes(request))
        .max(
            Comparator.comparing(Route::isExact)
                .thenComparing(route -> route.path().getPath().length()));
  }

  /** Routes to a Service or a port of one that is not there, or to a host without a certificate. */
  List<String> broken() {
    return all.stream()
        .filter(route -> !isServed(route.path().getBackend().getService()) || !isSecure(route))
        .map(Route::toString)
        .toList();
  }

  /** Routes to paths that no code serves. */
  List<String> unknown(Set<String> served) {
    return all.stream()
        .map(route -> route.path().getPath())
        .filter(path -> !path.equals("/"))
        .filter(path -> !served.contains(path) && !served.contains(path + "/*"))
        .distinct()
        .toList();
  }

  /** Routes on which a proxy takes a socket for dead that is silent for so many seconds. */
  List<String> impatient(long seconds) {
    return all.stream()
        .filter(
            route ->
                Stream.of("proxy-read-timeout", "proxy-send-timeout")
                    .map(route::said)
                    .anyMatch(said -> said.isEmpty() || Long.parseLong(said) < seconds))
        .map(Route::toString)
        .toList();
  }

  private boolean isServed(IngressServiceBackend backend) {
    return manifests
        .all(Service.class)
        .filter(it -> named(it, backend.getName()))
        .flatMap(it -> it.getSpec().getPorts().stream())
        .anyMatch(port -> port.getName().equals(backend.getPort().getName()));
  }

  private static boolean isSecure(Route route) {
    return route.ingress().getSpec().getTls().stream()
        .anyMatch(tls -> tls.getHosts().contains(route.host()));
  }

  private static boolean named(HasMetadata object, String name) {
    return Manifests.name(object).equals(name);
  }
}
