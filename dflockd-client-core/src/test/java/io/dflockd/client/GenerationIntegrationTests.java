package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.Generation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All generations of servers: answers differ in their number of fields and in some statuses. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class GenerationIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @ParameterizedTest
    @EnumSource(Generation.class)
    void locksWaitsRenewsAndReleases(Generation generation) throws Exception {
        EmbeddedDflockdServer server = servers.embedded(settings -> settings.generation(generation));
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").withLease(Duration.ofSeconds(3)).acquire();
        assertThat(held.fence().isPresent()).isEqualTo(generation == Generation.G2);
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        ServerState.awaitWaiters(client, "k", 1);
        await().during(Duration.ofSeconds(5)).atMost(SOON).until(held::isHeld);
        assertThat(server.view().count("n")).isPositive();
        assertThat(held.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(held.release()).isTrue();
        LockHandle granted = waiting.get(20, TimeUnit.SECONDS);
        assertThat(granted.release()).isTrue();
        try (LockHandle slot = client.semaphore("pool", 2).acquire();
                QueuedAcquisition place = client.lock("two").enqueue();
                LockHandle two = place.await(Duration.ofSeconds(5))) {
            assertThat(slot.isHeld()).isTrue();
            assertThat(two.isHeld()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void grantsAndRenewalsOfEitherNumberOfFieldsAreUnderstood(int fields) throws Exception {
        EmbeddedDflockdServer server = servers.embedded();
        server.faults().inject(Fault.grantFields(fields), FaultTarget.any());
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").acquire();
        assertThat(held.fence().isPresent()).isEqualTo(fields == 4);
        assertThat(held.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(held.release()).isTrue();
        try (QueuedAcquisition place = client.semaphore("s", 2).enqueue();
                LockHandle slot = place.await(Duration.ofSeconds(5))) {
            assertThat(slot.fence().isPresent()).isEqualTo(fields == 4);
        }
    }

    @Test
    void fieldsThatAServerOfTomorrowAddsDoNoHarm() throws Exception {
        EmbeddedDflockdServer server = servers.embedded();
        server.faults()
                .inject(
                        Fault.answer("ok 0123456789abcdef0123456789abcdef 20 7 eight nine"),
                        FaultTarget.command("l").times(1));
        server.faults().inject(Fault.answer("ok 20 7 eight"), FaultTarget.command("n"));
        server.faults()
                .inject(Fault.answer("ok and more"), FaultTarget.command("r").onKey("k"));
        LockHandle handle = servers.client().lock("k").acquire();
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(20));
        assertThat(handle.fence()).hasValue(7);
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.release()).isTrue();
    }

    @Test
    void fenceIsAnUnsignedNumber() throws Exception {
        EmbeddedDflockdServer server = servers.embedded();
        server.faults()
                .inject(
                        Fault.answer("ok 0123456789abcdef0123456789abcdef 20 18446744073709551615"),
                        FaultTarget.command("l").times(1));
        LockHandle handle = servers.client().lock("k").acquire();
        assertThat(Long.toUnsignedString(handle.fence().orElseThrow())).isEqualTo("18446744073709551615");
        handle.close();
    }

    @Test
    void fenceInTheTokenIsReadOnlyOnRequest() throws Exception {
        EmbeddedDflockdServer server = servers.embedded(settings -> settings.generation(Generation.G1));
        String token = "18c0ffee00000001aaaaaaaaaaaaaaaa";
        server.faults().inject(Fault.answer("ok " + token + " 33"), FaultTarget.command("l"));
        LockHandle without = servers.client(server).lock("k").acquire();
        assertThat(without.fence()).isEmpty();
        LockHandle with = servers.client(settings -> settings.fenceFromToken(true))
                .lock("k2")
                .acquire();
        assertThat(with.fence()).hasValue(0x18c0ffee00000001L);
        without.close();
        with.close();
    }

    @Test
    void fencesGrowWithEveryGrantOfOneServer() throws Exception {
        DflockdClient client = servers.client();
        String key = servers.key();
        long before = -1;
        for (int i = 0; i < 20; i++) {
            try (LockHandle handle = client.lock(key).acquire()) {
                if (handle.fence().isEmpty()) {
                    return;
                }
                assertThat(Long.compareUnsigned(handle.fence().getAsLong(), before))
                        .isNotZero();
                assertThat(before == -1 || Long.compareUnsigned(handle.fence().getAsLong(), before) > 0)
                        .isTrue();
                before = handle.fence().getAsLong();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Generation.class)
    void keepAlivesAreNothingThatAServerWouldLog(Generation generation) throws Exception {
        EmbeddedDflockdServer server =
                servers.embedded(settings -> settings.generation(generation).readTimeout(Duration.ofSeconds(2)));
        DflockdClient client = servers.client(settings -> settings.serverReadTimeout(Duration.ofSeconds(2))
                .keepAliveInterval(Duration.ofMillis(500))
                .waitConnectionIdle(Duration.ofSeconds(1)));
        client.connect();
        await().during(Duration.ofSeconds(4))
                .atMost(SOON)
                .until(() -> server.view().connections().size() == 1);
        assertThat(server.view().count("ping")).isZero();
        assertThat(server.view().count("(unknown)")).isZero();
        assertThat(server.view().count("r")).isPositive();
    }

    @Test
    void defaultLeaseIsTheServersOwn() throws Exception {
        EmbeddedDflockdServer server = servers.embedded(settings -> settings.defaultLease(Duration.ofSeconds(5)));
        LockHandle handle = servers.client().lock("k").acquire();
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(5));
        assertThat(server.view().requests().get(0).argument()).isEqualTo("0");
        await().atMost(SOON).until(() -> server.view().count("n") == 1);
        assertThat(server.view().requests().stream()
                        .filter(request -> request.command().equals("n")))
                .allSatisfy(renewal -> assertThat(renewal.argument()).endsWith(" 5"));
        assertThat(handle.release()).isTrue();
    }

    @Test
    void renewalThatGivesLessThanWasAskedForShortensTheDeadline() throws Exception {
        EmbeddedDflockdServer server = servers.embedded();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofSeconds(20)).acquire();
        server.faults().inject(Fault.answer("ok 2"), FaultTarget.command("n"));
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.remainingLease()).isLessThanOrEqualTo(Duration.ofSeconds(2));
        handle.close();
    }
}
