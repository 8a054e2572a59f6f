package io.dflockd.sample.console;

import org.jspecify.annotations.Nullable;

/**
 * A lock or permit of this instance.
 *
 * @param id of the button that took it, null if other code did
 * @param state in the words of the handle, or WAITING or REFUSED
 * @param detail what the state leaves open
 * @param ageMillis since the grant, or since the call if it waits
 * @param leaseMillis the lease that renewals ask for, 0 if unknown
 * @param remainingMillis for how long it is held even if the server says nothing more
 * @param action release, withdraw, or null if there is nothing to end
 */
record HandleRow(
        @Nullable Long id,
        String key,
        String kind,
        String state,
        String detail,
        long ageMillis,
        long leaseMillis,
        long remainingMillis,
        long renewals,
        @Nullable String action) {}
