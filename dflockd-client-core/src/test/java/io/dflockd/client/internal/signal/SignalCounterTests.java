package io.dflockd.client.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClientListener;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SignalCounterTests {

    private final Queue<Consumer<DflockdClientListener>> events = new ArrayDeque<>();

    private final List<Long> first = new ArrayList<>();

    private final List<Long> second = new ArrayList<>();

    private static final class Listener implements DflockdClientListener {

        private final List<Long> counts;

        Listener(List<Long> counts) {
            this.counts = counts;
        }
    }

    private final SignalCounter counter =
            new SignalCounter(events::add, (listener, count) -> ((Listener) listener).counts.add(count));

    private void tell() {
        Consumer<DflockdClientListener> event;
        while ((event = events.poll()) != null) {
            event.accept(new Listener(first));
            event.accept(new Listener(second));
        }
    }

    @Test
    void manySignalsAreOneEventForAllListeners() {
        for (int i = 0; i < 5; i++) {
            counter.add(1);
        }
        assertThat(events).hasSize(1);
        tell();
        assertThat(first).containsExactly(5L);
        assertThat(second).containsExactly(5L);
        counter.add(2);
        tell();
        assertThat(first).containsExactly(5L, 2L);
        assertThat(counter.total()).isEqualTo(7);
    }

    @Test
    void countIsReportedAgainIfAnEventWasDropped() {
        counter.add(1);
        events.clear();
        for (int i = 0; i < 3_333; i++) {
            counter.add(3);
        }
        counter.add(1);
        tell();
        assertThat(first).containsExactly(10_001L);
    }

    @Test
    void nothingIsReportedTwice() {
        counter.add(10_000);
        counter.add(10_000);
        assertThat(events).hasSize(2);
        tell();
        assertThat(first).containsExactly(20_000L);
    }
}
