package io.dflockd.spring.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.LockKind;

/** Where a template's acquirables come from: a client, or the double that needs none. */
interface AcquirableFactory {

    LockKind kind();

    /** Whose keys these are; compared by identity. */
    Object scope();

    /**
     * What to acquire.
     *
     * @param key the key on the server
     * @param options how, with the template's defaults
     * @throws io.dflockd.client.InvalidArgumentException if the key breaks a rule
     */
    Acquirable<?> create(String key, LockOptions options);
}
