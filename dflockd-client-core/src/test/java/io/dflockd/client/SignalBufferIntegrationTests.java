package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A buffer of signals that nobody handles takes a bounded part of the heap, whatever the size of the payloads. */
@Timeout(60)
@ServerWithSignals
class SignalBufferIntegrationTests {

    private static final int PAYLOAD_BYTES = 60_000;

    private static final int SIGNALS = 2000;

    /** A default buffer of 4096 signals would be 240 MB of such payloads. */
    private static final long MOST_BYTES = 64L << 20;

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private ScriptedServer serverOfBigSignals() {
        String line = "sig c " + "x".repeat(PAYLOAD_BYTES);
        return servers.scripted((peer, request) -> {
            peer.say(ScriptedServer.answer(request));
            if (request.is("listen")) {
                for (int i = 0; i < SIGNALS; i++) {
                    peer.say(line);
                }
            }
        });
    }

    @Test
    void bufferOfAHandlerIsBoundedInBytes() throws Exception {
        DflockdClient client = servers.client(serverOfBigSignals());
        CountDownLatch go = new CountDownLatch(1);
        SignalSubscription subscription = client.signals().subscribe("c", signal -> {
            try {
                go.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            await().atMost(SOON).until(() -> subscription.received() == SIGNALS);
            assertBounded(subscription);
        } finally {
            go.countDown();
        }
    }

    @Test
    void bufferOfAStreamIsBoundedInBytes() throws Exception {
        DflockdClient client = servers.client(serverOfBigSignals());
        SignalStream stream = client.signals().stream("c");
        await().atMost(SOON).until(() -> stream.subscription().received() == SIGNALS);
        assertBounded(stream.subscription());
        assertThat(stream.take())
                .hasValueSatisfying(signal -> assertThat(signal.payload()).hasSize(PAYLOAD_BYTES));
    }

    private static void assertBounded(SignalSubscription subscription) {
        assertThat((long) subscription.buffered() * PAYLOAD_BYTES)
                .as("bytes in the buffer")
                .isPositive()
                .isLessThanOrEqualTo(MOST_BYTES);
        // One may be with its handler.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(subscription.dropped() + subscription.buffered())
                        .isBetween(SIGNALS - 1L, (long) SIGNALS));
    }
}
