package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** A handle that becomes garbage unreleased is reported, and released for its owner. */
@Timeout(60)
@Isolated("collects garbage all the time")
class AbandonedHandleIntegrationTests {

    /** It is noticed when a renewal is due, or would be. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void handleThatBecomesGarbageIsReportedAndReleased() throws Exception {
        Events events = new Events();
        String key = servers.key();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        forget(client, key);
        await().atMost(TestServers.SOON).until(() -> {
            System.gc();
            return events.count("abandoned " + key) == 1 && events.count("released " + key + " true") == 1;
        });
        client.lock(key).tryAcquire().orElseThrow().close();
    }

    @Test
    void handleThatIsNotRenewedIsReportedBeforeItsLeaseEnds() throws Exception {
        Events events = new Events();
        String key = servers.key();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        assertThat(client.lock(key)
                        .withLease(Duration.ofSeconds(4))
                        .withoutRenewal()
                        .acquire()
                        .isHeld())
                .isTrue();
        await().atMost(TestServers.SOON).until(() -> {
            System.gc();
            return events.count("abandoned " + key) == 1 && events.count("released " + key + " true") == 1;
        });
        assertThat(events.count("lost " + key)).isZero();
    }

    private static void forget(DflockdClient client, String key) throws InterruptedException {
        assertThat(client.lock(key).withLease(SHORT).acquire().isHeld()).isTrue();
    }

    @Test
    void handleThatNobodyFetchedFromItsFutureIsReportedAndReleased() throws Exception {
        Events events = new Events();
        String key = servers.key();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        client.lock(key).withLease(SHORT).acquireAsync();
        await().atMost(TestServers.SOON).until(() -> {
            System.gc();
            return events.count("abandoned " + key) == 1 && events.count("released " + key + " true") == 1;
        });
    }

    @Test
    void handleThatWasReleasedIsNotReported() throws Exception {
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        for (int i = 0; i < 100; i++) {
            client.lock(servers.key()).acquire().close();
        }
        String key = servers.key();
        forget(client, key);
        await().atMost(TestServers.SOON).until(() -> {
            System.gc();
            return events.count("abandoned") > 0;
        });
        assertThat(events.count("abandoned"))
                .as("only the one that was forgotten")
                .isEqualTo(1);
    }

    @Test
    void handleInUseIsNotTakenForGarbageHoweverLongItIsHeld() throws Exception {
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        LockHandle handle =
                client.lock(servers.key()).withLease(Duration.ofSeconds(3)).acquire();
        await().during(Duration.ofSeconds(5)).atMost(TestServers.SOON).until(() -> {
            System.gc();
            return events.count("abandoned") == 0;
        });
        assertThat(handle.release()).isTrue();
    }

    /** The usual shape of it: a service that has the handle, and listens for its loss. */
    @Test
    void handleOfAServiceThatListensForItsLossIsReportedAndReleased() throws Exception {
        Events events = new Events();
        String key = servers.key();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        assertThat(new Service(client.lock(key).withLease(SHORT).acquire()).handle.isHeld())
                .isTrue();
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            System.gc();
            return events.count("abandoned " + key) == 1 && events.count("released " + key + " true") == 1;
        });
    }

    private static final class Service {

        private final LockHandle handle;

        Service(LockHandle handle) {
            this.handle = handle;
            handle.onLost((lost, reason) -> stop());
        }

        private void stop() {
            handle.close();
        }
    }

    /** A caller that only waits for the loss is still told. */
    @Test
    void listenerOfAHandleInUseIsNotCollected() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        CompletableFuture<LossReason> told = new CompletableFuture<>();
        LockHandle handle = client.lock(key).withLease(SHORT).withoutRenewal().acquire();
        handle.onLost((lost, reason) -> told.complete(reason));
        await().atMost(TestServers.SOON).until(() -> {
            System.gc();
            return told.isDone();
        });
        assertThat(told.join()).isEqualTo(LossReason.LEASE_EXPIRED);
        assertThat(handle.isHeld()).isFalse();
    }

    @Test
    void placeThatWasGrantedAndForgottenIsReleased() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client(settings -> settings.queuedPlaceMaxLife(Duration.ofSeconds(2)));
        client.lock(key).withLease(SHORT).enqueue();
        await().atMost(TestServers.SOON).until(() -> {
            System.gc();
            return client.lock(key).tryAcquire().map(LockHandle::release).orElse(false);
        });
    }
}
