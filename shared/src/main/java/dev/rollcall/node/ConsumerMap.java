package dev.rollcall.node;

import com.hazelcast.cluster.Address;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.partition.IPartitionService;
import com.hazelcast.multimap.impl.MultiMapContainer;
import com.hazelcast.multimap.impl.MultiMapService;
import com.hazelcast.spi.impl.NodeEngine;

/**
 * The cluster manager's map of who consumes which address, as far as this member keeps it.
 *
 * <p>What it holds of members that are gone shows in its size. Hazelcast's own statistics have that
 * too, and sleep for seconds while a partition is on its way to another member, in the thread that
 * asks.
 */
final class ConsumerMap {
  static final String NAME = "__vertx.subs";

  private ConsumerMap() {}

  /** Returns how many entries this member owns; all members together own each once. */
  static int ownedEntries(HazelcastInstance hazelcast) {
    NodeEngine engine = ((HazelcastInstanceProxy) hazelcast).getOriginal().node.getNodeEngine();
    MultiMapService maps = engine.getService(MultiMapService.SERVICE_NAME);
    IPartitionService partitions = engine.getPartitionService();
    Address self = engine.getThisAddress();
    int entries = 0;
    for (int id = 0; id < partitions.getPartitionCount(); id++) {
      MultiMapContainer kept = maps.getPartitionContainer(id).getMultiMapContainer(NAME, false);
      if (kept != null && self.equals(partitions.getPartition(id, false).getOwnerOrNull())) {
        entries += kept.size();
      }
    }
    return entries;
  }
}
