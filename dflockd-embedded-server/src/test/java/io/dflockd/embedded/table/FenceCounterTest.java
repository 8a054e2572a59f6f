package io.dflockd.embedded.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Numbers that are reserved in a store, which may fail. */
class FenceCounterTest {

    private static final class FailingStore implements FenceCounter.Store {

        private long ceiling;

        private boolean full;

        private int attempts;

        @Override
        public long ceiling() {
            return ceiling;
        }

        @Override
        public void raise(long newCeiling) throws IOException {
            attempts++;
            if (full) {
                throw new IOException("No space left on device");
            }
            ceiling = newCeiling;
        }

        @Override
        public void close() {}
    }

    private final FailingStore store = new FailingStore();

    @Test
    void whatIsReservedIsGivenOutAndThenNothingUntilTheStoreWorksAgain() throws Exception {
        FenceCounter counter = FenceCounter.of(store);
        store.full = true;
        long last = 0;
        for (long i = 0; i < FenceCounter.RESERVE; i++) {
            last = counter.next().orElseThrow();
        }
        assertThat(last).isEqualTo(store.ceiling);
        assertThat(counter.next()).isEmpty();
        assertThat(counter.next()).isEmpty();
        assertThat(counter.latest()).isEqualTo(last);
        assertThat(store.attempts).as("one for each number that is asked for").isEqualTo(3);
        store.full = false;
        assertThat(counter.next()).hasValue(last + 1);
        assertThat(store.ceiling).isEqualTo(last + FenceCounter.RESERVE);
    }

    @Test
    void storeThatFailsAtTheStartFailsTheStart() {
        store.full = true;
        assertThatThrownBy(() -> FenceCounter.of(store)).isInstanceOf(IOException.class);
    }
}
