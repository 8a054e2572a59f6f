package io.dflockd.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LossReason;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.util.HashSet;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@EmbeddedDflockdTest
class EmbeddedDflockdTestTests {

    private static final Set<EmbeddedDflockdServer> SERVERS = new HashSet<>();

    private static final Set<DflockdClient> CLIENTS = new HashSet<>();

    @Test
    void serverMisbehavesOnRequestAndTheClientTalksToIt(EmbeddedDflockdServer server, DflockdClient client)
            throws Exception {
        try (LockHandle held = client.lock("account:1").acquire()) {
            assertThat(server.view().holders("account:1")).hasSize(1);

            server.faults().expireNow("account:1");

            assertThat(held.renewAsync().join()).isFalse();
            Awaitility.await().until(() -> held.lossReason().isPresent());
            assertThat(held.lossReason()).contains(LossReason.REJECTED);
        }
    }

    @Test
    void lockIsLostAtOnceWhenItsConnectionEnds(EmbeddedDflockdServer server, DflockdClient client) throws Exception {
        try (LockHandle held = client.lock("account:1").acquire()) {
            server.faults().cut(server.view().holders("account:1").get(0).connectionId());

            Awaitility.await().until(() -> !held.isHeld());
            assertThat(held.lossReason()).contains(LossReason.CONNECTION_LOST);
        }
    }

    @RepeatedTest(2)
    void eachMethodHasItsOwn(EmbeddedDflockdServer server, DflockdClient client, DflockdClient same) {
        assertThat(client).isSameAs(same);
        assertThat(SERVERS.add(server)).isTrue();
        assertThat(CLIENTS.add(client)).isTrue();
    }

    @AfterAll
    static void allAreClosed() {
        assertThat(SERVERS).hasSize(2).noneMatch(EmbeddedDflockdServer::isRunning);
        assertThat(CLIENTS).hasSize(2).allMatch(DflockdClient::isClosed);
    }
}
