package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a hold ends: is it still ours, then the release, then the report. If it is suspended, the end waits for the server's answer,
 * until the deadline at the latest, unless losses are only reported. A failing release harms nobody.
 */
final class HoldEnd {

    private static final Logger log = LoggerFactory.getLogger(HoldEnd.class);

    private final LockRequest request;

    private final LockHandle handle;

    private final LockReporter reporter;

    private final boolean waitsForAnswer;

    private final RequestObservation observation;

    HoldEnd(LockRequest request, LockHandle handle, LockReporter reporter) {
        this.request = request;
        this.handle = handle;
        this.reporter = reporter;
        this.waitsForAnswer = request.options().effectiveOnLost() != OnLost.REPORT;
        this.observation = reporter.holding(request, handle);
    }

    RequestObservation observation() {
        return observation;
    }

    /** Ends it, waiting for the server's confirmation; returns why it was lost, or null. */
    @Nullable
    LockLostException endBlocking() {
        LockLostException lost;
        boolean confirmed = false;
        try {
            if (waitsForAnswer) {
                handle.awaitHeldUninterruptibly();
            }
            lost = LockFrame.lossOf(handle);
        } finally {
            try {
                confirmed = handle.release();
            } catch (RuntimeException ex) {
                log.warn("releasing {} failed", request.describe(), ex);
            }
        }
        return report(lost, confirmed);
    }

    /** As {@link #endBlocking()}, without waiting; completes with null where it was not lost, never exceptionally. */
    CompletableFuture<@Nullable LockLostException> endAsync() {
        return waitsForAnswer && handle.state() == LockHandle.State.SUSPENDED
                ? handle.heldAsync().thenCompose(answered -> endAsync())
                : releaseAsync();
    }

    private CompletableFuture<@Nullable LockLostException> releaseAsync() {
        LockLostException lost = LockFrame.lossOf(handle);
        return handle.releaseAsync()
                .exceptionally(ex -> {
                    log.warn("releasing {} failed", request.describe(), ex);
                    return false;
                })
                .thenApply(confirmed -> report(lost, confirmed));
    }

    private @Nullable LockLostException report(@Nullable LockLostException before, boolean confirmed) {
        LockLostException lost = before != null ? before : LockFrame.lossOf(handle);
        if (lost != null) {
            observation.stop("lost", lost);
        } else if (confirmed) {
            observation.stop("released", null);
        } else {
            reporter.unconfirmed(request);
            observation.stop("unconfirmed", null);
        }
        return lost;
    }
}
