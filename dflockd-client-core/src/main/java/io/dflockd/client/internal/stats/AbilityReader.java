package io.dflockd.client.internal.stats;

import io.dflockd.client.ServerAbilities;
import io.dflockd.client.ServerAbilities.Fences;
import io.dflockd.client.ServerAbilities.Generation;
import io.dflockd.client.ServerStats;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Status;

/** Tells servers apart by their stats and, where these do not differ, by their answer to {@code ping}. */
public final class AbilityReader {

    private AbilityReader() {}

    /** What the members of the stats show. */
    static ServerAbilities ofStats(boolean readWriteLocks, boolean signalChannels) {
        if (readWriteLocks) {
            return new ServerAbilities(Generation.REDIS_FEATS_BRANCH, signalChannels, Fences.IN_FIELD);
        }
        return signalChannels
                ? new ServerAbilities(Generation.V1_11_TO_1_16, true, Fences.NONE)
                : ServerAbilities.UNKNOWN;
    }

    /** Whether the stats have not shown it, so that {@code ping} is to be sent. Only 1.10 refuses it then. */
    public static boolean asksPing(ServerStats stats) {
        return stats.abilities().generation() == Generation.UNKNOWN;
    }

    /** What the answer to {@code ping} shows, if the stats did not. */
    public static ServerAbilities ofPing(Reply reply) {
        if (reply.is(Status.OK)) {
            return new ServerAbilities(Generation.V2, false, Fences.IN_TOKEN);
        }
        return reply.is(Status.ERROR)
                ? new ServerAbilities(Generation.V1_10, false, Fences.NONE)
                : ServerAbilities.UNKNOWN;
    }
}
