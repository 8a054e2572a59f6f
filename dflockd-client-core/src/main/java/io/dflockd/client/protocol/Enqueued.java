package io.dflockd.client.protocol;

import java.util.Optional;

/**
 * The answer to an enqueue.
 *
 * @param grant what was granted at once; empty if the request is queued
 */
public record Enqueued(Optional<Grant> grant) {

    /**
     * Whether it was granted at once ({@code acquired}) rather than {@code queued}.
     *
     * @return true if there is a grant
     */
    public boolean acquired() {
        return grant.isPresent();
    }
}
