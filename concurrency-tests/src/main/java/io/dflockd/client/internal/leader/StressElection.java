package io.dflockd.client.internal.leader;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;

/**
 * An election whose lock is granted at once, on the thread that asks for it. The same thread runs the callbacks, unless another one
 * runs one of this election just then.
 */
final class StressElection {

    private static final DistributedLock LOCK = DflockdClient.withoutLocking().lock("leader:r");

    private static final ElectionHost HOST = new InlineHost();

    private static final Elections ELECTIONS = new Elections(HOST);

    private final StringBuffer told = new StringBuffer();

    final Election election = new Election(HOST, (ElectionSettings) ElectionSettings.of(ELECTIONS, "r")
            .onGranted(leadership -> told.append('G'))
            .onRevoked((leadership, reason) -> told.append('R')));

    /** One letter for each callback, or {@code none}. */
    String told() {
        return told.isEmpty() ? "none" : told.toString();
    }

    private static final class InlineHost implements ElectionHost {

        @Override
        public DistributedLock lock(String key) {
            return LOCK;
        }

        @Override
        public void requireOpen() {}

        @Override
        public void requireOtherThread() {}

        @Override
        public void callBack(Runnable task) {
            task.run();
        }

        @Override
        public Runnable schedule(Runnable task, long delayNanos) {
            return () -> {};
        }
    }
}
