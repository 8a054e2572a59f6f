package io.dflockd.client.protocol;

import java.util.Optional;

/**
 * The answer to an enqueue.
 *
 * @param grant the grant, empty if the request is queued
 */
public record Enqueued(Optional<Grant> grant) {

    /** {@return whether the server granted it at once ({@code acquired}) and did not queue it ({@code queued})} */
    public boolean acquired() {
        return grant.isPresent();
    }
}
