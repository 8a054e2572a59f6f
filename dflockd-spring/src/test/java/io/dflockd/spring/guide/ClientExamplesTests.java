package io.dflockd.spring.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.InjectedFault;
import io.dflockd.spring.lock.LockServer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The examples of the documents that need a client only. */
@Timeout(60)
class ClientExamplesTests {

    @RegisterExtension
    final LockServer locks = new LockServer();

    @Test
    void keyOfTheReadme() throws Exception {
        String address = locks.server().address();
        // tag::client[address = "127.0.0.1:6388"]
        try (DflockdClient client = DflockdClient.builder().servers(address).build();
                LockHandle held = client.lock("my-key").acquire()) {
            assertThat(held.isHeld()).isTrue();
            assertThat(locks.isHeld("my-key")).isTrue();
        }
        // end::client
        locks.awaitFree();
    }

    @Test
    void keyOfThePageAboutTheClient() throws Exception {
        String address = locks.server().address();
        // tag::start[address = "127.0.0.1:6388"]
        try (DflockdClient client = DflockdClient.builder().servers(address).build();
                LockHandle held = client.lock("order:7").acquire()) {
            assertThat(held.isHeld()).isTrue();
            assertThat(locks.isHeld("order:7")).isTrue();
        }
        // end::start
        locks.awaitFree();
    }

    @Test
    void lockWithAMinimumTime() throws Exception {
        try (DflockdClient client = DflockdClient.builder()
                .servers(locks.server().address())
                .holdAtLeastOnClose(Duration.ZERO)
                .build()) {
            // tag::hold-at-least
            Optional<LockHandle> handle = client.lock("nightly-report")
                    .withHoldAtLeast(Duration.ofSeconds(30))
                    .tryAcquire();
            // end::hold-at-least
            assertThat(handle.orElseThrow().release()).isTrue();
            assertThat(handle.get().isHeld()).isFalse();
            assertThat(locks.isHeld("nightly-report")).isTrue();
        }
    }

    @Test
    void faultsOfTheEmbeddedServer() throws Exception {
        // tag::faults
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            InjectedFault fault = server.faults().inject(Fault.delay(Duration.ofMillis(200)), FaultTarget.command("r"));
            try (DflockdClient client =
                    DflockdClient.builder().servers(server.address()).build()) {
                client.lock("k").acquire().release();
            }
            fault.awaitHits(1, Duration.ofSeconds(5));
            server.awaitQuiet(Duration.ofSeconds(5));
        }
        // end::faults
    }
}
