package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage.Diff;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.pubsub.NodeId;
import java.util.ArrayList;
import java.util.List;

final class RecordingOutbox implements Outbox {
  record Pulled(NodeId node, NodeId replica, long after) {}

  final List<Diff> diffs = new ArrayList<>();
  final List<Readiness> words = new ArrayList<>();
  final List<Digest> digests = new ArrayList<>();
  final List<Pulled> pulls = new ArrayList<>();

  @Override
  public void publish(Diff diff) {
    diffs.add(diff);
  }

  @Override
  public void announce(Readiness word) {
    words.add(word);
  }

  @Override
  public void gossip(Digest digest) {
    digests.add(digest);
  }

  @Override
  public void pull(NodeId node, NodeId replica, long after) {
    pulls.add(new Pulled(node, replica, after));
  }
}
