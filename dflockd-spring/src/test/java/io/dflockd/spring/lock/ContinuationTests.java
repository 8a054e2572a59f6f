package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ContinuationTests {

    private final StackOverflowError tooDeep = new StackOverflowError("thrown by the test");

    private final List<Object> told = new ArrayList<>();

    @Test
    void failureOfAnActionThatRunsAtOnceIsTold() {
        Continuation.follow(
                CompletableFuture.completedFuture("value"),
                (value, failure) -> {
                    throw tooDeep;
                },
                told::add);
        assertThat(told).containsExactly(tooDeep);
    }

    @Test
    void failureOfAnActionThatShouldDeliverAFailureIsTold() {
        IllegalStateException cause = new IllegalStateException("of the future");
        Continuation.follow(
                CompletableFuture.failedFuture(cause),
                (value, failure) -> {
                    throw tooDeep;
                },
                told::add);
        assertThat(told).containsExactly(cause);
    }

    @Test
    void outcomeThatWasDeliveredIsNoFailure() {
        IllegalStateException cause = new IllegalStateException("of the future");
        Continuation.follow(
                CompletableFuture.failedFuture(cause),
                (value, failure) -> told.add(failure),
                failure -> told.add("failed"));
        Continuation.follow(
                CompletableFuture.completedFuture("value"),
                (value, failure) -> told.add(value),
                failure -> told.add("failed"));
        CompletableFuture<String> later = new CompletableFuture<>();
        Continuation.follow(later, (value, failure) -> told.add(value), failure -> told.add("failed"));
        later.complete("later");
        assertThat(told).containsExactly(cause, "value", "later");
    }
}
