package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client and {@link DflockdClient#withoutLocking()} have in common, so that a unit test shows what an application meets. */
@Timeout(60)
class BothClientsIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private enum Kind {
        WITH_SERVER,
        WITHOUT_LOCKING
    }

    private DflockdClient client(Kind kind) {
        if (kind == Kind.WITHOUT_LOCKING) {
            return DflockdClient.withoutLocking();
        }
        servers.start();
        return servers.client();
    }

    // --- arguments that are null

    @ParameterizedTest
    @EnumSource
    void nullIsRefusedBeforeAnythingIsDone(Kind kind) throws Exception {
        try (DflockdClient client = client(kind);
                LockHandle handle = client.lock("k").acquire()) {
            Signals signals = client.signals();
            SubscriptionOptions options = SubscriptionOptions.defaults();
            Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
            calls.put("drain", () -> client.close(null));
            calls.put("mode", () -> client.lock("k").withRelease(null));
            calls.put("domain", () -> client.lock("k").asReentrantLock(null));
            calls.put("listener", () -> handle.onLost(null));
            calls.put("handler", () -> signals.subscribe("a", null));
            calls.put("options", () -> signals.subscribe("a", (SubscriptionOptions) null, signal -> {}));
            calls.put("options ", () -> signals.stream("a", null));
            calls.put("options  ", () -> signals.publisher("a", null));
            calls.put("overflow", () -> options.withBuffer(1, null));
            calls.forEach((name, call) ->
                    assertThatNullPointerException().isThrownBy(call).withMessage(name.trim() + " must not be null"));
            assertThat(client.isClosed()).isFalse();
            assertThat(handle.isHeld()).isTrue();
            assertThat(client.snapshot().subscriptions()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void drainTimeThatIsNullLeavesASubscriptionOpen(Kind kind) {
        try (DflockdClient client = client(kind);
                SignalSubscription subscription = client.signals().subscribe("a", signal -> {})) {
            assertThatNullPointerException().isThrownBy(() -> subscription.close((Duration) null));
            assertThatNullPointerException().isThrownBy(() -> subscription.closeAsync(null));
            assertThat(subscription.isClosed()).isFalse();
        }
    }
}
