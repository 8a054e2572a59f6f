package io.dflockd.reliability.worker;

import io.dflockd.client.LockHandle;
import io.dflockd.reliability.history.Entry.Kind;
import io.dflockd.reliability.history.History;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** What is written down of one handle. Each time is read before the handle is asked, so it was held then. Used by one thread. */
final class Held {

    /** The request that was granted. Times are 0 for none. */
    record Request(String resource, long askedAt, long queuedAt) {}

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final LockHandle handle;

    private final History history;

    private final Calls calls;

    private final String resource;

    private final long number = NUMBERS.incrementAndGet();

    /** When it was known to be held first; 0 if never. */
    private long begun;

    Held(Request request, LockHandle handle, History history, Calls calls) {
        this.resource = request.resource;
        this.handle = handle;
        this.history = history;
        this.calls = calls;
        long time = System.nanoTime();
        if (handle.isHeld()) {
            begun = time;
            history.write(
                    time,
                    Kind.GRANTED,
                    resource,
                    number,
                    fenceText() + " " + request.askedAt + " " + (request.queuedAt == 0 ? "-" : request.queuedAt));
            handle.onLost(
                    (lost, reason) -> history.write(System.nanoTime(), Kind.LOSS, resource, number, reason.name()));
        }
    }

    private String fenceText() {
        OptionalLong fence = handle.fence();
        return fence.isPresent() ? Long.toUnsignedString(fence.getAsLong()) : "-";
    }

    /** Whether it is held, after a suspension if there is one. */
    boolean sample() throws InterruptedException {
        if (begun == 0) {
            return false;
        }
        long time = System.nanoTime();
        if (handle.isHeld()) {
            history.write(time, Kind.SAMPLE, resource, number, "-");
            return true;
        }
        if (handle.state() != LockHandle.State.SUSPENDED) {
            return false;
        }
        history.write(time, Kind.SUSPENDED, resource, number, "-");
        return calls.timed("awaitHeld", Limits.WAIT, resource, () -> handle.awaitHeld(Limits.WAIT)) && sample();
    }

    /** What the store has under this lock; empty if the lock has no fence or the store refuses it. */
    OptionalLong read(FencedStore store) throws IOException {
        OptionalLong fence = handle.fence();
        return begun == 0 || fence.isEmpty() ? OptionalLong.empty() : store.read(fence.getAsLong());
    }

    /** Writes without asking whether the lock is still held: that is for the fence to find out. */
    void write(FencedStore store, long read) throws IOException {
        FencedStore.Outcome outcome = store.write(handle.fence().orElseThrow(), read, begun);
        history.write(
                System.nanoTime(),
                Kind.STORE,
                resource,
                number,
                fenceText() + " " + read + " " + outcome.found() + " " + (outcome.taken() ? "taken" : "refused") + " "
                        + outcome.since());
    }

    void end() {
        boolean confirmed = calls.timed("release", Limits.REQUEST, resource, handle::release);
        if (begun != 0) {
            history.write(
                    System.nanoTime(),
                    Kind.ENDED,
                    resource,
                    number,
                    handle.lossReason()
                            .map(reason -> "lost " + reason)
                            .orElse(confirmed ? "confirmed" : "unconfirmed"));
        }
    }
}
