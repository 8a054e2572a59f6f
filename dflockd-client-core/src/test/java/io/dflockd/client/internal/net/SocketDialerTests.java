package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.settings.ClientSettings;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** Dials that do not come as far as a socket. */
class SocketDialerTests {

    private final ClientSettings settings = new ClientSettings();

    private final TestLoop loop = new TestLoop();

    /** The name service hangs: nobody runs these. */
    private final Deque<Runnable> lookups = new ArrayDeque<>();

    private final SocketDialer dialer = new SocketDialer(loop.loop(), lookups::add, settings);

    private final List<DflockdException> failures = new ArrayList<>();

    /** Begins a dial, and returns a weak reference to its result. */
    private WeakReference<Dialer.Result> dial() {
        List<DflockdException> seen = failures;
        Dialer.Result result = new Dialer.Result() {
            @Override
            public void connected(Connection connection) {
                throw new AssertionError("connected");
            }

            @Override
            public void failed(DflockdException cause) {
                seen.add(cause);
            }
        };
        dialer.dial(ServerEnd.ADDRESS, new TestOwner(), result);
        return new WeakReference<>(result);
    }

    @Test
    void dialThatTimedOutIsForgottenWhileItsLookUpHangs() {
        WeakReference<Dialer.Result> result = dial();
        loop.advance(settings.connectTimeout.plusMillis(10));
        assertThat(failures)
                .singleElement()
                .isInstanceOf(ServerUnreachableException.class)
                .asString()
                .contains("resolving its name");
        await().atMost(Duration.ofSeconds(20)).pollDelay(Duration.ZERO).until(() -> {
            System.gc();
            return result.refersTo(null);
        });
        assertThat(lookups).as("under way").hasSize(1);
        dial();
        assertThat(lookups).as("shared with the next dial").hasSize(1);
    }

    @Test
    void dialThatTimedOutIsForgottenWhileItsTlsIsSetUp() throws Exception {
        SSLContext context = SSLContext.getDefault();
        settings.sslContext = () -> context;
        settings.hostResolver = host -> new InetAddress[] {InetAddress.getLoopbackAddress()};
        dialUntilTlsIsSetUp();
        // It hangs: the next one waits for its thread.
        Runnable hanging = lookups.remove();
        WeakReference<Dialer.Result> result = dialUntilTlsIsSetUp();
        assertThat(lookups).as("threads that are needed besides").isEmpty();
        loop.advance(settings.connectTimeout.plusMillis(10));
        assertThat(failures)
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(ServerUnreachableException.class)
                        .hasMessageContaining("setting TLS up"));
        await().atMost(Duration.ofSeconds(20)).pollDelay(Duration.ZERO).until(() -> {
            System.gc();
            return result.refersTo(null);
        });
        Reference.reachabilityFence(hanging);
    }

    private WeakReference<Dialer.Result> dialUntilTlsIsSetUp() {
        WeakReference<Dialer.Result> result = dial();
        lookups.remove().run();
        loop.settle();
        return result;
    }
}
