package io.dflockd.spring.lock.event;

import io.dflockd.client.LockKind;
import org.jspecify.annotations.Nullable;

/**
 * A lock or slot was held to the end and released, but the server did not confirm the release. It may stay taken until its
 * connection or its lease ends. Templates publish it, and {@link LockEventPublisher} where nobody waits for the release
 * ({@link io.dflockd.client.ReleaseMode#SENT}).
 */
public class LockReleaseUnconfirmedEvent extends LockEvent {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the event.
     *
     * @param source the template or the publisher
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key on the server
     */
    public LockReleaseUnconfirmedEvent(Object source, LockKind kind, @Nullable String name, String key) {
        super(source, kind, name, key);
    }
}
