package io.dflockd.client.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.SignalRejectedException;
import io.dflockd.client.SignalsUnsupportedException;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.UnknownServerHostException;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.signal.TestSignals.Told;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a listening connection asks its server for, and what it tells its subscriptions. */
class ListeningConnectionTests {

    private final TestSignals signals = new TestSignals();

    private final Told told = new Told();

    private FakeServer connect() {
        return new FakeServer(signals, signals.dialer.connect());
    }

    @Test
    void listensAndHandsOutSignals() {
        signals.subscribe("a.*", told);
        ServerEnd server = signals.dialer.connect();
        assertThat(server.request()).isEqualTo("listen a.* ");
        server.answer("ok", "sig a.b  hello", "sig x y");
        assertThat(signals.handled).containsExactly("a.b  hello");
        assertThat(told.events).containsExactly("connected");
    }

    @Test
    void portThatIsRefusedIsToldOnce() {
        signals.subscribe("c", told);
        signals.dialer.refuse();
        assertThat(told.refusals).singleElement().isInstanceOf(ServerUnreachableException.class);
        signals.loop.advance(Duration.ofSeconds(5));
        signals.dialer.refuse();
        signals.loop.advance(Duration.ofSeconds(5));
        assertThat(told.refusals).hasSize(1);
        ServerEnd server = signals.dialer.connect();
        server.answer("ok");
        assertThat(told.events).containsExactly("refused", "connected");
    }

    @Test
    void subscriptionThatJoinsWhileTheServerIsAwayIsToldToo() {
        signals.subscribe("c", new Told());
        signals.dialer.refuse();
        signals.subscribe("d", told);
        signals.loop.advance(Duration.ofSeconds(5));
        signals.dialer.refuse();
        assertThat(told.refusals).singleElement().isInstanceOf(ServerUnreachableException.class);
    }

    @Test
    void eachCauseIsToldOnceUntilTheServerConfirms() {
        signals.subscribe("c", told);
        for (int i = 0; i < 2; i++) {
            signals.dialer.refuse();
            signals.loop.advance(Duration.ofSeconds(5));
            signals.dialer.fail(new UnknownServerHostException("unknown", null));
            signals.loop.advance(Duration.ofSeconds(5));
        }
        assertThat(told.events).containsExactly("refused", "refused");
        ServerEnd server = signals.dialer.connect();
        server.answer("ok");
        server.reset();
        signals.loop.advance(Duration.ofSeconds(5));
        signals.dialer.refuse();
        assertThat(told.events).containsExactly("refused", "refused", "connected", "disconnected", "refused");
    }

    @Test
    void connectionThatEndsBeforeTheServerConfirmsIsTold() {
        signals.subscribe("c", told);
        ServerEnd server = signals.dialer.connect();
        server.close();
        assertThat(told.refusals).singleElement().isInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void connectionThatIsCutIsReplacedAtOnce() {
        signals.subscribe("c", told);
        ServerEnd server = signals.dialer.connect();
        server.answer("ok");
        server.close();
        signals.dialer.connect().answer("ok");
        assertThat(told.events).containsExactly("connected", "disconnected", "connected again", "gap RECONNECTED");
    }

    @Test
    void serverThatConfirmsAndHangsUpIsAskedLessAndLessOften() {
        signals.subscribe("c", told);
        int connections = 0;
        while (signals.loop.elapsed().compareTo(Duration.ofSeconds(5)) < 0) {
            if (signals.dialer.underWay() > 0) {
                ServerEnd server = signals.dialer.connect();
                server.answer("ok");
                server.close();
                connections++;
            }
            signals.loop.advance(Duration.ofMillis(10));
        }
        assertThat(connections).isBetween(7, 12);
    }

    private static final String PROBE = "unlisten _.dflockd-client.probe";

    @Test
    void serverWithoutSignalsIsRecognisedAndToldOnce() {
        Subscription subscription = signals.subscribe("c", told);
        signals.subscribe("d", SubscriptionOptions.defaults());
        FakeServer server = connect();
        server.hasSignals = false;
        // The probe is harmless, and every server that has signals answers it with ok.
        assertThat(server.requests()).containsExactly("listen c", "listen d", PROBE);
        assertThat(told.refusals).singleElement().isInstanceOf(SignalsUnsupportedException.class);
        assertThat(told.refusals.get(0))
                .isInstanceOf(SignalRejectedException.class)
                .hasMessageContaining("has no signals")
                .hasMessageNotContaining("--max-subscriptions");
        assertThat(subscription.isConnected()).isFalse();
        assertThat(subscription.snapshot().servers())
                .singleElement()
                .satisfies(listening -> assertThat(listening.problem()).contains("has no signals"));
        server.pass(Duration.ofSeconds(45));
        assertThat(server.requests()).isEmpty();
        assertThat(told.refusals).hasSize(1);
    }

    @Test
    void serverWithoutSignalsIsAskedMoreAndMoreRarelyAndForOnePatternOnly() {
        signals.subscribe("c", told);
        signals.subscribe("d", SubscriptionOptions.defaults());
        FakeServer server = connect();
        server.hasSignals = false;
        server.requests();
        server.pass(Duration.ofMinutes(60));
        List<String> asked = server.requests();
        assertThat(asked).containsOnly("listen c").hasSizeBetween(6, 10);
        Told late = new Told();
        signals.subscribe("e", late);
        assertThat(server.requests()).isEmpty();
        assertThat(late.refusals).singleElement().isInstanceOf(SignalsUnsupportedException.class);
        server.hasSignals = true;
        server.pass(Duration.ofMinutes(11));
        assertThat(server.requests()).containsExactly("listen c", "listen d", "listen e");
        assertThat(told.events).containsExactly("refused", "connected");
    }

    @Test
    void newConnectionIsAskedAtOnce() {
        signals.subscribe("c", told);
        ServerEnd first = signals.dialer.connect();
        FakeServer old = new FakeServer(signals, first);
        old.hasSignals = false;
        old.serve();
        first.close();
        signals.loop.advance(Duration.ofSeconds(5));
        FakeServer upgraded = connect();
        assertThat(upgraded.requests()).containsExactly("listen c");
        assertThat(told.events).last().isEqualTo("connected");
    }

    @Test
    void limitOfSubscriptionsIsToldApartAndAskedMoreAndMoreRarely() {
        signals.subscribe("c", told);
        FakeServer server = connect();
        server.maxSubscriptions = 0;
        assertThat(server.requests()).containsExactly("listen c", PROBE);
        assertThat(told.refusals)
                .singleElement()
                .isInstanceOf(SignalRejectedException.class)
                .isNotInstanceOf(SignalsUnsupportedException.class);
        assertThat(told.refusals.get(0)).hasMessageContaining("--max-subscriptions");
        server.pass(Duration.ofMinutes(20));
        assertThat(server.requests()).containsOnly("listen c").hasSizeBetween(6, 12);
        assertThat(told.refusals).hasSize(1);
    }

    @Test
    void patternThatWasRefusedIsAskedForWhenAnotherLeaves() {
        Subscription first = signals.subscribe("a", SubscriptionOptions.defaults());
        signals.subscribe("b", told);
        FakeServer server = connect();
        server.maxSubscriptions = 1;
        assertThat(server.requests()).containsExactly("listen a", "listen b");
        first.close();
        assertThat(server.requests()).containsExactly("unlisten a", "listen b");
        assertThat(told.events).containsExactly("refused", "connected");
    }

    @Test
    void subscriptionToAPatternThatWasRefusedIsTold() {
        signals.subscribe("a", SubscriptionOptions.defaults());
        FakeServer server = connect();
        server.maxSubscriptions = 0;
        server.requests();
        signals.subscribe("a", told);
        assertThat(told.events).containsExactly("refused");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void serverThatIsDrainingIsNotTakenForOneWithoutSignals() {
        signals.subscribe("c", told);
        ServerEnd server = signals.dialer.connect();
        server.requests();
        server.answer("error");
        server.answer("error");
        server.close();
        assertThat(told.refusals)
                .isNotEmpty()
                .allSatisfy(cause -> assertThat(cause).hasMessageNotContaining("has no signals"));
    }
}
