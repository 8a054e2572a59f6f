package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.micrometer.observation.Observation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The handle of one subscription, released exactly once whichever signal comes first; a grant that comes after the end is
 * not taken.
 */
final class ReactiveHold {

    private enum Stage {
        WAITING,
        HOLDING,
        ENDED
    }

    private final LockRequest request;

    private final LockReporter reporter;

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);

    private final CompletableFuture<@Nullable LockLostException> ended = new CompletableFuture<>();

    private volatile @Nullable HoldEnd end;

    ReactiveHold(LockRequest request, LockReporter reporter) {
        this.request = request;
        this.reporter = reporter;
    }

    /** Takes the grant; false where nobody waits for it any more. */
    boolean take(LockHandle handle) {
        end = new HoldEnd(request, handle, reporter);
        if (stage.compareAndSet(Stage.WAITING, Stage.HOLDING)) {
            return true;
        }
        end.observation().stop("cancelled", null);
        return false;
    }

    boolean isEnded() {
        return stage.get() == Stage.ENDED;
    }

    @Nullable
    Observation observation() {
        HoldEnd holding = end;
        return holding == null ? null : holding.observation().observation();
    }

    /** Releases; completes with why it was lost before, or null, also where nothing was held. */
    CompletableFuture<@Nullable LockLostException> end() {
        Stage before = stage.getAndSet(Stage.ENDED);
        // Read after the stage: a grant sets it first.
        HoldEnd holding = end;
        if (before == Stage.HOLDING && holding != null) {
            holding.endAsync().thenAccept(ended::complete);
        } else if (before == Stage.WAITING) {
            ended.complete(null);
        }
        return ended;
    }

    /** Releases if nothing did before. */
    void abandon() {
        end();
    }
}
