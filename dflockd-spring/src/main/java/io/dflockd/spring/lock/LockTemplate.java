package io.dflockd.spring.lock;

import io.dflockd.client.DflockdClient;

/**
 * {@link LockOperations} on a client. Immutable and thread-safe; one per client and application is enough.
 */
public class LockTemplate extends AcquiringOperations {

    private final LockSettings settings;

    /**
     * Creates a template with default settings: no events, no observations.
     *
     * @param client the client, which stays the caller's to close
     */
    public LockTemplate(DflockdClient client) {
        this(client, LockSettings.builder().build());
    }

    /**
     * Creates a template.
     *
     * @param client the client, which stays the caller's to close
     * @param settings default options, key encoding, events and observations
     */
    public LockTemplate(DflockdClient client, LockSettings settings) {
        super(new ClientLocks(client), settings);
        this.settings = settings;
    }

    /**
     * The same template on another client.
     *
     * @param client the other client
     * @return a new template
     */
    public LockTemplate withClient(DflockdClient client) {
        return new LockTemplate(client, settings);
    }
}
