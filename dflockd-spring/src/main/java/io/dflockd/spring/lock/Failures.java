package io.dflockd.spring.lock;

import java.util.concurrent.CompletionException;

/** What futures fail with. */
final class Failures {

    private Failures() {}

    /** The failure itself, without the wrapping that a dependent future adds. */
    static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
