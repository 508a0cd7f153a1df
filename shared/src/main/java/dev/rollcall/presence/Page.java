package dev.rollcall.presence;

import java.util.List;
import java.util.Map;

/**
 * A part of a topic's list.
 *
 * @param people the metas of each key, in the order of the keys
 * @param more whether keys follow after the last of them
 */
public record Page(Map<String, List<Meta>> people, boolean more) {}
