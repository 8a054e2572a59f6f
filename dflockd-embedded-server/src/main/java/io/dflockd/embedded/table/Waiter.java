package io.dflockd.embedded.table;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A place in the queue of a {@link Resource}. */
public final class Waiter implements Outcome {

    final Session session;
    final Resource resource;
    final HoldMode mode;
    final LeaseTime lease;
    /** The grant, once there was one. */
    @Nullable
    Holder holder;

    private @Nullable Consumer<Holder> onGrant;

    Waiter(Session session, Resource resource, HoldMode mode, LeaseTime lease) {
        this.session = session;
        this.resource = resource;
        this.mode = mode;
        this.lease = lease;
    }

    /** Blocks a request on this place; the callback runs on the event loop. */
    public void whenGranted(Consumer<Holder> callback) {
        onGrant = callback;
    }

    void granted() {
        if (onGrant != null && holder != null) {
            onGrant.accept(holder);
        }
    }

    /** Whether a request blocks on this place; false between {@code e} and {@code w}. */
    public boolean blocked() {
        return onGrant != null;
    }

    /** The number of the connection that waits. */
    public long connectionId() {
        return session.id();
    }
}
