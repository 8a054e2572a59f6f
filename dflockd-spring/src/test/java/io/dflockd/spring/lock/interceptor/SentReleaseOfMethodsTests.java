package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ReleaseMode;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockSettings;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.event.LockEventPublisher;
import io.dflockd.spring.lock.event.LockReleaseUnconfirmedEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Guarded calls that do not wait for the confirmation of their release: the server never confirms one here. */
@Timeout(60)
class SentReleaseOfMethodsTests {

    /** Until an unconfirmed release is reported. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final LockServer locks = new LockServer();

    private final List<Object> events = new CopyOnWriteArrayList<>();

    private DflockdClient client(ReleaseMode release) {
        return DflockdClient.builder()
                .servers(locks.server().address())
                .requestTimeout(REQUEST_TIMEOUT)
                .release(release)
                .listener(new LockEventPublisher(events::add))
                .build();
    }

    private void neverConfirm() {
        locks.server().faults().inject(Fault.ignore(), FaultTarget.command("r", "sr"));
    }

    private void with(Consumer<Guarded> test) {
        GuardedContext.withoutClient()
                .withBean("client", DflockdClient.class, () -> client(ReleaseMode.CONFIRMED))
                .withPropertyValues("release=sent")
                .withBean(Guarded.class)
                .run(context -> test.accept(context.getBean(Guarded.class)));
    }

    private static int call(Guarded guarded, String kind) {
        return switch (kind) {
            case "value" -> guarded.value();
            case "slot" -> guarded.slot();
            case "stage" -> guarded.stage().join();
            case "mono" -> guarded.mono().block(SOON);
            default -> guarded.flux().blockLast(SOON);
        };
    }

    private void isReportedLater() {
        assertThat(events).as("reported before the call had ended").isEmpty();
        await().atMost(SOON).until(() -> !events.isEmpty());
        assertThat(events).hasOnlyElementsOfType(LockReleaseUnconfirmedEvent.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"value", "slot", "stage", "mono", "flux"})
    void callEndsBeforeTheConfirmation(String kind) {
        with(guarded -> {
            neverConfirm();
            assertThat(call(guarded, kind)).isEqualTo(1);
            isReportedLater();
        });
    }

    @Test
    void callWithoutTheOptionWaitsForTheConfirmation() {
        with(guarded -> {
            neverConfirm();
            assertThat(guarded.confirmed()).isEqualTo(1);
            assertThat(events).as("of the client, which has reported it").isEmpty();
            assertThat(locks.server().view().count("r")).isPositive();
        });
    }

    @Test
    void optionOfATemplateGoesBeforeTheClient() {
        try (DflockdClient client = client(ReleaseMode.SENT)) {
            LockTemplate template = new LockTemplate(
                    client, LockSettings.builder().eventPublisher(events::add).build());
            neverConfirm();
            LockOptions confirmed =
                    LockOptions.builder().release(ReleaseMode.CONFIRMED).build();
            template.executeWithoutResult("k", confirmed, LockHandle::ensureHeld);
            assertThat(events).as("when the call has ended").hasSize(1);
        }
    }

    @Test
    void defaultOfTheClientCounts() {
        try (DflockdClient client = client(ReleaseMode.SENT)) {
            LockTemplate template = new LockTemplate(
                    client, LockSettings.builder().eventPublisher(events::add).build());
            neverConfirm();
            template.executeWithoutResult("k", LockHandle::ensureHeld);
            isReportedLater();
            assertThat(events).as("once").hasSize(1);
        }
    }

    @Test
    void unknownModeFailsTheStart() {
        GuardedContext.withoutClient()
                .withBean("client", DflockdClient.class, () -> client(ReleaseMode.CONFIRMED))
                .withBean(Unknown.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("Unknown.guarded")
                        .hasMessageContaining("release = \"later\""));
    }

    static class Guarded {

        @DistributedLocked(name = "value", release = "${release}")
        public int value() {
            return 1;
        }

        @DistributedConcurrencyLimit(name = "slot", limit = 2, release = "sent")
        public int slot() {
            return 1;
        }

        @DistributedLocked(name = "stage", release = "SENT")
        public CompletableFuture<Integer> stage() {
            return CompletableFuture.completedFuture(1);
        }

        @DistributedLocked(name = "mono", release = "sent")
        public Mono<Integer> mono() {
            return Mono.just(1);
        }

        @DistributedLocked(name = "flux", release = "sent")
        public Flux<Integer> flux() {
            return Flux.just(2, 1);
        }

        @DistributedLocked(name = "confirmed", release = "confirmed")
        public int confirmed() {
            return 1;
        }
    }

    static class Unknown {

        @DistributedLocked(name = "x", release = "later")
        public void guarded() {}
    }
}
