package io.dflockd.spring.lock;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;

/**
 * {@link SemaphoreOperations} on a client. Immutable and thread-safe; one per client and application is enough.
 */
public class SemaphoreTemplate implements SemaphoreOperations {

    private final DflockdClient client;

    private final LockSettings settings;

    /**
     * Creates a template with default settings: no events, no observations.
     *
     * @param client the client, which stays the caller's to close
     */
    public SemaphoreTemplate(DflockdClient client) {
        this(client, LockSettings.builder().build());
    }

    /**
     * Creates a template.
     *
     * @param client the client, which stays the caller's to close
     * @param settings default options, key encoding, events and observations
     */
    public SemaphoreTemplate(DflockdClient client, LockSettings settings) {
        this.client = client;
        this.settings = settings;
    }

    /**
     * The same template on another client.
     *
     * @param client the other client
     * @return a new template
     */
    public SemaphoreTemplate withClient(DflockdClient client) {
        return new SemaphoreTemplate(client, settings);
    }

    @Override
    public LockOperations withLimit(int limit) {
        if (limit < 1) {
            throw new InvalidArgumentException("semaphore limit " + limit + " is below 1");
        }
        return new LockTemplate(client, settings, limit);
    }

    /** Made when it is first asked for. */
    static final class WithoutLocking {

        static final SemaphoreTemplate TEMPLATE =
                new SemaphoreTemplate(DflockdClient.withoutLocking(), LockTemplate.WithoutLocking.anyKey());

        private WithoutLocking() {}
    }
}
