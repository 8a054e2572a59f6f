package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.lock.event.LockEvent;
import io.dflockd.spring.lock.event.LockLostEvent;
import io.dflockd.spring.lock.event.LockResumedEvent;
import io.dflockd.spring.lock.event.LockSuspendedEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;

/** A client of servers that keep the locks of lost connections publishes what happens to its handles. */
class SuspensionEventTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final Events events = new Events();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(DflockdAutoConfiguration.class, DflockdLockAutoConfiguration.class))
            .withBean(Events.class, () -> events);

    private static final class Events implements ApplicationListener<LockEvent> {

        private final List<LockEvent> all = new CopyOnWriteArrayList<>();

        @Override
        public void onApplicationEvent(LockEvent event) {
            all.add(event);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dflockdClient", "reports"})
    void clientPublishesSuspensionAndResumption(String bean) throws Exception {
        String prefix = bean.equals("reports") ? "dflockd.clients.reports." : "dflockd.";
        try (EmbeddedDflockdServer server =
                EmbeddedDflockdServer.builder().autoReleaseOnDisconnect(false).start()) {
            runner.withPropertyValues(prefix + "servers=" + server.address(), prefix + "server-auto-release=false")
                    .run(context -> {
                        DflockdClient client = context.getBean(bean, DflockdClient.class);
                        try (LockHandle held = client.lock("k").acquire()) {
                            server.faults()
                                    .cut(server.view().holders("k").get(0).connectionId());
                            await().atMost(SOON).until(() -> events.all.size() == 2);
                            assertThat(events.all)
                                    .hasExactlyElementsOfTypes(LockSuspendedEvent.class, LockResumedEvent.class)
                                    .doesNotHaveAnyElementsOfTypes(LockLostEvent.class);
                            assertThat(held.isHeld()).isTrue();
                        }
                    });
        }
    }
}
