package dev.rollcall.rules;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads manifests as strictly as an API server that validates fields: an unknown or repeated field,
 * an unknown kind, or a number where text belongs is an error. The model alone would keep unknown
 * fields aside and say nothing.
 */
final class KubernetesReader {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .annotationIntrospector(new NothingKeptAside())
          .withCoercionConfig(LogicalType.Textual, KubernetesReader::refuse)
          .withCoercionConfig(LogicalType.Integer, KubernetesReader::refuse)
          .withCoercionConfig(LogicalType.Boolean, KubernetesReader::refuse)
          .build();

  private static final Map<String, Class<?>> KINDS =
      ServiceLoader.load(KubernetesResource.class).stream()
          .map(ServiceLoader.Provider::type)
          .filter(HasMetadata.class::isAssignableFrom)
          .collect(
              Collectors.toMap(
                  type -> HasMetadata.getApiVersion(type) + " " + HasMetadata.getKind(type),
                  Function.identity()));

  private KubernetesReader() {}

  /** The objects of a stream of YAML documents. */
  static List<HasMetadata> read(String yaml) throws IOException {
    List<HasMetadata> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      while (documents.hasNext()) {
        objects.add(object(documents.next()));
      }
    }
    return objects;
  }

  private static HasMetadata object(JsonNode document) throws JsonProcessingException {
    String kind = document.path("apiVersion").asText() + " " + document.path("kind").asText();
    Class<?> type = KINDS.get(kind);
    if (type == null) {
      throw new IllegalArgumentException("unknown kind: " + kind);
    }
    return (HasMetadata) YAML.treeToValue(document, type);
  }

  private static void refuse(MutableCoercionConfig config) {
    for (CoercionInputShape shape : CoercionInputShape.values()) {
      config.setCoercion(shape, CoercionAction.Fail);
    }
  }

  /** Without its any-setters the model has no place for an unknown field. */
  private static final class NothingKeptAside extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }
}
