package io.dflockd.shedlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import net.javacrumbs.shedlock.core.DefaultLockingTaskExecutor;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The example of docs/shedlock.md. */
@Timeout(60)
class GuideIntegrationTests {

    @RegisterExtension
    private final Fixture fixture = new Fixture();

    @Test
    void taskRunsUnderItsLock() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdClient client = fixture.client(server, settings -> settings.holdAtLeastOnClose(Duration.ZERO));
        AtomicBoolean held = new AtomicBoolean();
        Runnable task = () -> held.set(!server.view().holders("shedlock:report").isEmpty());
        // tag::provider
        LockProvider provider =
                DflockdLockProvider.builder(client).keyPrefix("shedlock:").build();
        new DefaultLockingTaskExecutor(provider)
                .executeWithLock(
                        task,
                        new LockConfiguration(Instant.now(), "report", Duration.ofMinutes(10), Duration.ofSeconds(30)));
        // end::provider
        assertThat(held).isTrue();
    }
}
