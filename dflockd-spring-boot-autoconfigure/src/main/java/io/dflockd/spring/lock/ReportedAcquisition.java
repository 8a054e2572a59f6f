package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** An acquisition whose timeout is an empty result; whoever completes it first withdraws the acquisition. */
final class BusyAsEmpty extends CompletableFuture<Optional<LockHandle>> {

    BusyAsEmpty(CompletableFuture<LockHandle> acquiring) {
        acquiring.whenComplete((handle, failure) -> {
            if (failure == null) {
                if (!complete(Optional.of(handle))) {
                    handle.releaseAsync();
                }
            } else if (causeOf(failure) instanceof LockTimeoutException) {
                complete(Optional.empty());
            } else {
                completeExceptionally(failure);
            }
        });
        whenComplete((handle, failure) -> acquiring.cancel(false));
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
