package io.dflockd.client.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dflockd.client.OverflowPolicy;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.signal.TestSignals.Told;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What becomes of a subscription when its connection, its buffer and its callers do what they do. */
class SubscriptionTests {

    private final TestSignals signals = new TestSignals();

    private final Told told = new Told();

    private final Logger logger = (Logger) LoggerFactory.getLogger(Subscription.class);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void startLog() {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void stopLog() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    private List<String> lines(Level level) {
        return log.list.stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private ServerEnd connected() {
        ServerEnd server = signals.dialer.connect();
        server.requests();
        server.answer("ok");
        return server;
    }

    private SubscriptionOptions options() {
        return SubscriptionOptions.defaults().withListener(told);
    }

    @Test
    void isReadyWhenTheServerHasConfirmed() {
        Subscription subscription = signals.subscribe("c", told);
        CompletableFuture<Void> ready = subscription.ready();
        assertThat(subscription.isConnected()).isFalse();
        connected();
        assertThat(ready).isCompleted();
        assertThat(subscription.isConnected()).isTrue();
        assertThat(told.events).containsExactly("connected");
        assertThat(log.list).isEmpty();
    }

    @Test
    void listensAgainAfterABrokenConnectionAndReportsTheGap() {
        Subscription subscription = signals.subscribe("c", told);
        connected().reset();
        assertThat(subscription.isConnected()).isFalse();
        assertThat(subscription.snapshot().servers().get(0).problem()).contains("Connection reset");
        signals.loop.advance(Duration.ofSeconds(1));
        connected();
        assertThat(subscription.isConnected()).isTrue();
        assertThat(told.events).containsExactly("connected", "disconnected", "connected again", "gap RECONNECTED");
        assertThat(lines(Level.INFO)).singleElement().asString().contains("'c'", "listens again", "server:6388");
    }

    @Test
    void outageIsOneWarningAndOneLineWhenItIsOver() {
        signals.subscribe("c", options().withName("orders").withGroup("workers"));
        for (int i = 0; i < 5; i++) {
            signals.dialer.refuse();
            signals.loop.advance(Duration.ofSeconds(5));
        }
        assertThat(lines(Level.WARN))
                .singleElement()
                .asString()
                .contains("'orders'", "'c'", "'workers'", "does not listen at server server:6388", "refused");
        assertThat(lines(Level.INFO)).isEmpty();
        connected();
        assertThat(lines(Level.WARN)).hasSize(1);
        assertThat(lines(Level.INFO)).singleElement().asString().contains("'orders'", "listens at server server:6388");
    }

    @Test
    void serverThatDiesIsWarnedOf() {
        signals.subscribe("c", told);
        connected().reset();
        signals.loop.advance(Duration.ofSeconds(1));
        signals.dialer.refuse();
        signals.loop.advance(Duration.ofSeconds(5));
        signals.dialer.refuse();
        assertThat(lines(Level.WARN)).hasSize(1);
        signals.loop.advance(Duration.ofSeconds(5));
        connected();
        assertThat(lines(Level.INFO)).singleElement().asString().contains("listens again");
        assertThat(told.events)
                .containsExactly("connected", "disconnected", "refused", "connected again", "gap RECONNECTED");
    }

    @Test
    void drainingSubscriptionIsNotOpenAndEndsWithItsClient() {
        Subscription subscription = signals.subscribe("c", options().withExecutor(task -> {}));
        connected().answer("sig c 1");
        assertThat(signals.register.snapshot()).hasSize(1);
        CompletableFuture<Boolean> closed = subscription.closeAsync(Duration.ofHours(1));
        signals.loop.settle();
        assertThat(signals.register.snapshot()).isEmpty();
        assertThat(closed).isNotDone();
        signals.register.close();
        signals.loop.settle();
        assertThat(closed).isCompletedWithValue(false);
    }

    @Test
    void dropsBeyondTheBufferAndReportsHowMany() {
        Subscription subscription = signals.subscribe("c", options().withBuffer(1, OverflowPolicy.DROP_NEWEST));
        ServerEnd server = connected();
        server.answer("sig c 1", "sig c 2", "sig c 3");
        assertThat(signals.handled).containsExactly("c 1");
        assertThat(told.events).containsExactly("connected", "dropped 2");
        assertThat(subscription.received()).isEqualTo(3);
        assertThat(subscription.dropped()).isEqualTo(2);
    }

    @Test
    void largeSignalThatReplacesSeveralCountsThem() {
        Subscription subscription = signals.subscribe("c", options().withBufferBytes(40));
        ServerEnd server = connected();
        server.answer("sig c 1", "sig c 2", "sig c 3", "sig c " + "x".repeat(19));
        assertThat(signals.handled).containsExactly("c " + "x".repeat(19));
        assertThat(subscription.dropped()).isEqualTo(3);
        assertThat(told.events).containsExactly("connected", "dropped 3");
    }

    @Test
    void fullBufferLeavesTheServerUntilItHasBeenHandled() {
        Subscription subscription = signals.subscribe("c", options().withBuffer(1, OverflowPolicy.RESUBSCRIBE));
        ServerEnd server = connected();
        server.answer("sig c 1", "sig c 2", "sig c 3");
        assertThat(subscription.isConnected()).isFalse();
        assertThat(server.isOpen()).as("nobody else listens on it").isFalse();
        connected();
        assertThat(signals.handled).containsExactly("c 1");
        assertThat(told.events).containsSubsequence("connected", "disconnected", "connected again", "gap OVERFLOWED");
        assertThat(subscription.isConnected()).isTrue();
    }

    @Test
    void closedSubscriptionIsToldNothingMore() {
        Subscription subscription = signals.subscribe("c", told);
        ServerEnd server = connected();
        subscription.close();
        assertThat(subscription.isClosed()).isTrue();
        signals.loop.settle();
        assertThat(server.isOpen()).isFalse();
        assertThat(signals.dialer.underWay()).isZero();
        assertThat(told.events).containsExactly("connected");
        signals.loop.advance(Duration.ofMinutes(1));
        assertThat(signals.loop.isIdle()).isTrue();
    }

    @Test
    void readyFailsIfItIsClosedBefore() {
        Subscription subscription = signals.subscribe("c", told);
        CompletableFuture<Void> ready = subscription.ready();
        subscription.close();
        signals.loop.settle();
        assertThat(ready)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withMessageContaining("before every server had confirmed it");
    }

    @Test
    void closeWithTimeHandlesWhatHasArrived() {
        Subscription subscription = signals.subscribe("c", told);
        ServerEnd server = connected();
        server.answer("sig c 1");
        CompletableFuture<Boolean> closed = subscription.closeAsync(Duration.ofSeconds(10));
        signals.loop.settle();
        assertThat(closed).isCompletedWithValue(true);
        assertThat(signals.handled).containsExactly("c 1");
    }

    @Test
    void closedClientEndsItAtOnce() {
        Subscription subscription = signals.subscribe("c", told);
        connected();
        signals.register.close();
        assertThat(subscription.isClosed()).isTrue();
        assertThat(subscription.isConnected()).isFalse();
    }

    @Test
    void showsItsNamePatternAndGroup() {
        assertThat(signals.subscribe("a.*", SubscriptionOptions.defaults())).hasToString("Subscription to 'a.*'");
        assertThat(signals.subscribe(
                        "a.*", SubscriptionOptions.defaults().withName("n").withGroup("g")))
                .hasToString("Subscription 'n' to 'a.*' in group 'g'");
    }
}
