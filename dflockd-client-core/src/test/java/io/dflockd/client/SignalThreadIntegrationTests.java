package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** However many signals come, the threads stay few. */
@Timeout(60)
@Isolated("looks at all threads of the JVM")
@ServerWithSignals
class SignalThreadIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void tenThousandSignalsAreHandledOnAFewThreads() throws Exception {
        ClientThreadNames.awaitNone();
        DflockdClient client = servers.client(settings -> settings.signalThreads(2));
        AtomicInteger handled = new AtomicInteger();
        client.signals()
                .subscribe("n.>", signal -> handled.incrementAndGet())
                .ready()
                .get(20, TimeUnit.SECONDS);
        int count = 10_000;
        int mostThreads = 0;
        for (int i = 0; i < count; i++) {
            assertThat(client.signals().emit("n." + i % 7, Integer.toString(i))).isEqualTo(1);
            if (i % 100 == 0) {
                mostThreads = Math.max(mostThreads, ClientThreadNames.names().size());
            }
        }
        await().atMost(SOON).until(() -> handled.get() == count);
        // The loop, two for signals, and those that dial and complete ready(), which end when they are not used.
        assertThat(mostThreads).isBetween(2, 6);
    }
}
