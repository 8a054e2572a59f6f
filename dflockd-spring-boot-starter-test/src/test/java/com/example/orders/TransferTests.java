package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LossReason;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.test.EmbeddedDflockdTest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

// tag::junit
@EmbeddedDflockdTest
class TransferTests {

    @Test
    void noticesALostLock(EmbeddedDflockdServer server, DflockdClient client) throws Exception {
        LockHandle held = client.lock("account:1").acquire();
        server.faults().cut(server.view().holders("account:1").get(0).connectionId());

        Awaitility.await().until(() -> !held.isHeld());
        assertThat(held.lossReason()).contains(LossReason.CONNECTION_LOST);
    }
}
// end::junit
