package dev.rollcall.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** An entry of a kustomization's images: another name, tag or digest for an image. */
record ImageRule(JsonNode entry) {

  void apply(List<ObjectNode> objects) {
    objects.stream()
        .flatMap(it -> it.findParents("image").stream())
        .map(ObjectNode.class::cast)
        .forEach(container -> container.put("image", changed(container.get("image").asText())));
  }

  private String changed(String image) {
    String name = image.replaceFirst("(@|:[^/]*$).*", "");
    if (!name.equals(entry.get("name").asText())) {
      return image;
    }
    String changed = entry.path("newName").asText(name);
    if (entry.has("digest")) {
      return changed + "@" + entry.get("digest").asText();
    }
    return entry.has("newTag")
        ? changed + ":" + entry.get("newTag").asText()
        : changed + image.substring(name.length());
  }
}
