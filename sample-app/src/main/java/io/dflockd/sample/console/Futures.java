package io.dflockd.sample.console;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Futures that are missing in the JDK. */
final class Futures {

    private Futures() {}

    /** All results, in the same order. */
    static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
    }
}
