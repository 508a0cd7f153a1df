package dev.rollcall.node;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.MemberAttributeConfig;
import dev.rollcall.operator.ListedNode;
import dev.rollcall.pubsub.NodeId;
import io.vertx.core.spi.cluster.NodeInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who is in the cluster: whom the list of members has, and whom it has dropped though they may be
 * well.
 *
 * <p>The list may drop who is well: where members could not tell a slow one from a dead one, or one
 * half does not know yet that the other is back. So who leaves it without a goodbye is told of this
 * node's consumers for some minutes more, and while it says its own it is reached as if it were on
 * the list. Two that hear each other need nobody to say that they are there.
 *
 * <p>What a member is, its attributes say, which travel with the list.
 */
final class Members {
  /** Where vertx-hazelcast keeps its own name for a member. */
  private static final String NAME = "__vertx.nodeId";

  private static final String NODE = "rollcall.node";
  private static final String SERVICE = "rollcall.service";
  private static final String BUS_HOST = "rollcall.bus.host";
  private static final String BUS_PORT = "rollcall.bus.port";

  /** Set by those that say themselves what they consume. */
  private static final String REGISTRY = "rollcall.registry";

  private final Supplier<Set<Member>> list;
  private volatile Set<Member> merging = Set.of();
  private final Set<String> leaving = ConcurrentHashMap.newKeySet();

  /** Those that left the list without a goodbye, by their names. */
  private final Map<String, Member> departed = new ConcurrentHashMap<>();

  /**
   * @param list of the cluster manager's members, the oldest first; none when this one has left
   */
  Members(Supplier<Set<Member>> list) {
    this.list = list;
  }

  /** Has this member say what it is. */
  static void describe(
      MemberAttributeConfig attributes, String service, NodeId node, BusPort port) {
    attributes.setAttribute(NODE, node.value());
    attributes.setAttribute(SERVICE, service);
    attributes.setAttribute(BUS_HOST, port.host());
    attributes.setAttribute(BUS_PORT, Integer.toString(port.number()));
    attributes.setAttribute(REGISTRY, "true");
  }

  /** Returns Vert.x's name of a member. */
  static String name(Member member) {
    return member.getAttribute(NAME);
  }

  /** Any Vert.x may be a member too, of whom Vert.x itself knows where its bus is. */
  static boolean isNode(Member member) {
    return member.getAttribute(NODE) != null;
  }

  /** One that does not says nothing of what it consumes: the map knows it, if anybody does. */
  static boolean keepsRegistry(Member member) {
    return member.getAttribute(REGISTRY) != null;
  }

  static Predicate<Member> called(String name) {
    return member -> name.equals(name(member));
  }

  static Predicate<Member> ofNode(String node) {
    return member -> node.equals(member.getAttribute(NODE));
  }

  static Predicate<Member> ofService(String service) {
    return member -> service.equals(member.getAttribute(SERVICE));
  }

  static NodeInfo bus(Member member) {
    int port = Integer.parseInt(member.getAttribute(BUS_PORT));
    return new NodeInfo(member.getAttribute(BUS_HOST), port, null);
  }

  /** Takes a member's word that it leaves; it is long on the list still. */
  void leaves(String name) {
    leaving.add(name);
    departed.remove(name);
  }

  boolean isLeaving(String name) {
    return leaving.contains(name);
  }

  void added(Member member) {
    departed.values().removeIf(called(name(member)));
  }

  /** Returns what it is called in a log. */
  static String title(Member member) {
    return isNode(member)
        ? member.getAttribute(SERVICE) + " " + member.getAttribute(NODE)
        : "a member that is no node of Rollcall's, " + name(member) + ",";
  }

  /** Takes that a member is off the list; returns whether it may be well all the same. */
  boolean removed(Member member) {
    boolean saidGoodbye = leaving.remove(name(member));
    return !saidGoodbye && isNode(member) && keepsRegistry(member);
  }

  /** Keeps one that may be well, though it is off the list. */
  void keep(Member member) {
    departed.put(name(member), member);
  }

  /** Forgets who is off the list for long. */
  void retain(Predicate<String> isKept) {
    if (!list.get().isEmpty()) {
      Set<String> listed = listed().map(Members::name).collect(Collectors.toSet());
      departed.keySet().removeIf(isKept.negate());
      leaving.removeIf(name -> !listed.contains(name) && !isKept.test(name));
    }
  }

  /** Takes that the list is being given up for that of another half: its members stay reached. */
  void merges() {
    merging = Set.copyOf(list.get());
  }

  void merged() {
    merging = Set.of();
  }

  /** Returns whom the list has, whatever they are. */
  Stream<Member> listed() {
    Set<Member> listed = list.get();
    return listed.isEmpty() ? Stream.of() : Stream.concat(listed.stream(), merging.stream());
  }

  /** Returns those of the list that are nodes of Rollcall's. */
  Stream<Member> nodes() {
    return listed().filter(Members::isNode);
  }

  /** Returns those whom the list has dropped, dead or well. */
  Stream<Member> departed() {
    return list.get().isEmpty() ? Stream.of() : departed.values().stream();
  }

  Optional<Member> find(String name) {
    return Stream.concat(listed(), departed.values().stream()).filter(called(name)).findAny();
  }

  /** Tells whether any member says nothing of what it consumes. */
  boolean needMap() {
    return listed().anyMatch(member -> !keepsRegistry(member));
  }

  /** Returns the names of all nodes on the list. */
  Set<String> names() {
    return nodes().map(Members::name).collect(Collectors.toUnmodifiableSet());
  }

  /** Returns the names of those that say what they consume, and have not said goodbye. */
  Set<String> namesWithRegistry() {
    return staying(nodes().filter(Members::keepsRegistry)).collect(Collectors.toSet());
  }

  /** Returns the names of those that have not said goodbye, each once. */
  Stream<String> staying(Stream<Member> members) {
    return members.map(Members::name).distinct().filter(member -> !isLeaving(member));
  }

  /** Returns the nodes on the list, but for those that have said goodbye. */
  Set<NodeId> nodeIds() {
    return stayingNodes()
        .map(member -> new NodeId(member.getAttribute(NODE)))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns what is known of these, whether or not they can be reached. */
  List<ListedNode> listedNodes() {
    return stayingNodes()
        .map(
            member ->
                new ListedNode(
                    new NodeId(member.getAttribute(NODE)),
                    member.getAttribute(SERVICE),
                    member.getAttribute(BUS_HOST)))
        .distinct()
        .toList();
  }

  private Stream<Member> stayingNodes() {
    return nodes().filter(member -> !isLeaving(name(member)));
  }

  /**
   * Returns those on other lists that are heard, where this member has to give way to them: it is
   * the oldest of the smaller side, whose part it would be to ask the other side. Sides that are
   * equal go by the names. Of more than two sides several may give way.
   *
   * @param isHeard tells of a name whether that member says something still
   */
  List<Member> strandedFrom(Predicate<String> isHeard) {
    List<Member> listed = List.copyOf(list.get());
    Set<String> here = names();
    List<Member> elsewhere =
        departed()
            .filter(member -> isHeard.test(name(member)) && !here.contains(name(member)))
            .toList();
    boolean isOldest = !listed.isEmpty() && listed.get(0).localMember();
    boolean isSmaller =
        here.size() == elsewhere.size()
            ? first(here).compareTo(first(names(elsewhere))) > 0
            : here.size() < elsewhere.size();
    return isOldest && isSmaller ? elsewhere : List.of();
  }

  private static Set<String> names(List<Member> members) {
    return members.stream().map(Members::name).collect(Collectors.toSet());
  }

  /** There is one: where both sides are empty, this member has left. */
  private static String first(Set<String> names) {
    return names.stream().min(Comparator.naturalOrder()).orElse("");
  }
}
