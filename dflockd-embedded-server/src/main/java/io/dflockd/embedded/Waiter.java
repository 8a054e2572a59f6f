package io.dflockd.embedded;

import org.jspecify.annotations.Nullable;

/** A place in the queue of a resource. Confined to the event loop. */
final class Waiter implements Outcome {

    /** Who is told, on the event loop, that a waiter has been granted. */
    interface Listener {
        void granted(Waiter waiter, Holder holder);
    }

    final Session session;
    final Resource resource;
    final Mode mode;
    final Lease lease;
    /** Null while nobody blocks on it, as between {@code e} and {@code w}. */
    @Nullable
    Listener listener;

    /** The grant, once there was one. */
    @Nullable
    Holder holder;

    Waiter(Session session, Resource resource, Mode mode, Lease lease) {
        this.session = session;
        this.resource = resource;
        this.mode = mode;
        this.lease = lease;
    }
}
