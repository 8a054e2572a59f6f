package io.dflockd.client.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.OverflowPolicy;
import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.net.ServerEnd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalBufferTests {

    private static final SubscriptionOptions TWO =
            SubscriptionOptions.defaults().withBuffer(2, OverflowPolicy.DROP_OLDEST);

    private static Signal signal(String payload) {
        return new Signal("c", payload, ServerEnd.ADDRESS);
    }

    private static List<String> all(SignalBuffer buffer) {
        List<String> all = new ArrayList<>();
        Object next;
        while ((next = buffer.poll(true)) != null) {
            all.add(next instanceof Signal signal ? signal.payload() : "event");
        }
        return all;
    }

    private static Sink.Event event(Object subject) {
        return new Sink.Event(subject, () -> {});
    }

    @Test
    void keepsTheOrderOfSignalsAndEvents() {
        SignalBuffer buffer = new SignalBuffer(TWO);
        assertThat(buffer.offer(signal("1"))).isZero();
        buffer.addEvent(event(null));
        assertThat(buffer.offer(signal("2"))).isZero();
        assertThat(buffer.signals()).isEqualTo(2);
        assertThat(all(buffer)).containsExactly("1", "event", "2");
        assertThat(buffer.isEmpty()).isTrue();
        assertThat(buffer.signals()).isZero();
    }

    @Test
    void dropsTheOldestSignalAndNoEvent() {
        SignalBuffer buffer = new SignalBuffer(TWO);
        buffer.addEvent(event(null));
        buffer.offer(signal("1"));
        buffer.offer(signal("2"));
        assertThat(buffer.offer(signal("3"))).isEqualTo(1);
        assertThat(all(buffer)).containsExactly("event", "2", "3");
    }

    @Test
    void dropsTheNewestSignal() {
        for (OverflowPolicy policy : List.of(OverflowPolicy.DROP_NEWEST, OverflowPolicy.RESUBSCRIBE)) {
            SignalBuffer buffer = new SignalBuffer(TWO.withBuffer(2, policy));
            buffer.offer(signal("1"));
            buffer.offer(signal("2"));
            assertThat(buffer.offer(signal("3"))).as(policy.name()).isEqualTo(1);
            assertThat(all(buffer)).containsExactly("1", "2");
        }
    }

    @Test
    void memoryIsBoundedToo() {
        SignalBuffer buffer = new SignalBuffer(SubscriptionOptions.defaults());
        String large = "x".repeat(65_000);
        int dropped = 0;
        for (int i = 0; i < SubscriptionOptions.DEFAULT_BUFFER_SIZE; i++) {
            dropped += buffer.offer(signal(large));
        }
        assertThat(2L * 65_000 * buffer.signals()).isLessThanOrEqualTo(SubscriptionOptions.DEFAULT_BUFFER_BYTES);
        assertThat(buffer.signals()).isGreaterThan(100);
        assertThat(dropped + buffer.signals()).isEqualTo(SubscriptionOptions.DEFAULT_BUFFER_SIZE);
    }

    @Test
    void defaultTakesAsManySignalsOfTheUsualSizeAsItSays() {
        SignalBuffer buffer = new SignalBuffer(SubscriptionOptions.defaults());
        for (int i = 0; i < SubscriptionOptions.DEFAULT_BUFFER_SIZE; i++) {
            assertThat(buffer.offer(signal("x".repeat(256)))).isZero();
        }
    }

    @Test
    void largeSignalDropsAsManyAsItNeedsRoom() {
        SignalBuffer buffer = new SignalBuffer(SubscriptionOptions.defaults().withBufferBytes(100));
        for (int i = 0; i < 4; i++) {
            assertThat(buffer.offer(signal("x".repeat(9)))).isZero();
        }
        assertThat(buffer.offer(signal("y".repeat(29)))).isEqualTo(2);
        assertThat(all(buffer)).containsExactly("xxxxxxxxx", "xxxxxxxxx", "y".repeat(29));
        assertThat(buffer.offer(signal("z".repeat(29)))).isZero();
    }

    @Test
    void signalThatIsLargerThanTheBufferIsKeptAlone() {
        SignalBuffer buffer = new SignalBuffer(SubscriptionOptions.defaults().withBufferBytes(10));
        buffer.offer(signal("1"));
        assertThat(buffer.offer(signal("x".repeat(100)))).isEqualTo(1);
        assertThat(all(buffer)).containsExactly("x".repeat(100));
        SignalBuffer newest = new SignalBuffer(SubscriptionOptions.defaults()
                .withBuffer(9, OverflowPolicy.DROP_NEWEST)
                .withBufferBytes(10));
        assertThat(newest.offer(signal("x".repeat(100)))).isZero();
        assertThat(newest.offer(signal("1"))).isEqualTo(1);
    }

    @Test
    void signalsThatWereNotRequestedHoldBackWhatIsBehindThem() {
        SignalBuffer buffer = new SignalBuffer(TWO);
        buffer.addEvent(event(null));
        buffer.offer(signal("1"));
        buffer.addEvent(event(null));
        assertThat(buffer.hasNext(false)).isTrue();
        assertThat(buffer.poll(false)).isInstanceOf(Sink.Event.class);
        assertThat(buffer.hasNext(false)).isFalse();
        assertThat(buffer.poll(false)).isNull();
        assertThat(buffer.poll(true)).isInstanceOf(Signal.class);
        assertThat(buffer.poll(false)).isInstanceOf(Sink.Event.class);
    }

    @Test
    void clearKeepsTheEvents() {
        SignalBuffer buffer = new SignalBuffer(SubscriptionOptions.defaults().withBufferBytes(20));
        buffer.offer(signal("12345"));
        buffer.addEvent(event(null));
        assertThat(buffer.clearSignals()).isEqualTo(1);
        assertThat(buffer.signals()).isZero();
        assertThat(buffer.offer(signal("123456789"))).isZero();
        assertThat(all(buffer)).containsExactly("event", "123456789");
    }

    @Test
    void laterEventReplacesTheOldestAboutTheSameSubjectIfTooManyWait() {
        SignalBuffer buffer = new SignalBuffer(TWO);
        buffer.addEvent(event("a"));
        buffer.addEvent(event("b"));
        for (int i = 2; i < 256; i++) {
            buffer.addEvent(event("c"));
        }
        buffer.addEvent(event("a"));
        buffer.addEvent(event(null));
        List<Object> subjects = new ArrayList<>();
        while (buffer.poll(true) instanceof Sink.Event next) {
            subjects.add(next.subject() == null ? "certain" : next.subject());
        }
        assertThat(subjects).hasSize(257).startsWith("b", "c").endsWith("c", "a", "certain");
    }
}
