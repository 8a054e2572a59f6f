package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallbackTaskTests {

    @Test
    void runsOnceHoweverOftenItIsCalled() {
        AtomicInteger runs = new AtomicInteger();
        CallbackTask once = CallbackTask.of(runs::incrementAndGet);
        once.run();
        once.run();
        assertThat(runs).hasValue(1);
    }

    @Test
    void isNotRunAgainFromWithinItself() {
        AtomicInteger runs = new AtomicInteger();
        Runnable[] own = new Runnable[1];
        own[0] = CallbackTask.of(() -> {
            runs.incrementAndGet();
            own[0].run();
        });
        own[0].run();
        assertThat(runs).hasValue(1);
    }

    @Test
    void doesNotThrowAndIsOverAfterAFailure() {
        AtomicInteger runs = new AtomicInteger();
        CallbackTask once = CallbackTask.of(() -> {
            runs.incrementAndGet();
            throw new StackOverflowError();
        });
        assertThatCode(once::run).doesNotThrowAnyException();
        once.run();
        assertThat(runs).hasValue(1);
    }
}
