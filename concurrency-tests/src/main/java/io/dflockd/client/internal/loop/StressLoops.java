package io.dflockd.client.internal.loop;

import io.netty.channel.DefaultEventLoop;
import java.util.List;

/** Loops for stress tests of other packages. */
public final class StressLoops {

    private StressLoops() {}

    /**
     * A loop on which every thread counts as the loop's, so that what has to happen on the loop happens at once. Tasks for later
     * are dropped.
     */
    public static ClientLoop inline() {
        return new ClientLoop(
                new InlineEventLoop(),
                System::nanoTime,
                Runnable::run,
                Runnable::run,
                new ListenerNotifier(List.of(), task -> {}, System::nanoTime),
                () -> false);
    }

    private static final class InlineEventLoop extends DefaultEventLoop {

        @Override
        public boolean inEventLoop(Thread thread) {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            // Dropped.
        }
    }
}
