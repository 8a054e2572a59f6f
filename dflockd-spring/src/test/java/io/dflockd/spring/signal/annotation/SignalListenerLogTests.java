package io.dflockd.spring.signal.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.spring.signal.annotation.SignalContext.Notes;
import io.dflockd.spring.signal.event.SignalListenerConnectedEvent;
import io.dflockd.spring.signal.event.SignalListenerRefusedEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;

/** A listener says in the log and by events when it does not listen, and when it does. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class SignalListenerLogTests {

    private static final Duration SOON = Duration.ofSeconds(15);

    @RegisterExtension
    final SignalContext signals = new SignalContext();

    static class Listener {

        private final Notes notes;

        Listener(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(id = "orders", value = "orders.*")
        void listen(String payload) {
            notes.add(payload);
        }

        @EventListener
        void connected(SignalListenerConnectedEvent event) {
            notes.add("connected");
        }

        @EventListener
        void refused(SignalListenerRefusedEvent event) {
            notes.add("refused " + event.getServer() + " "
                    + event.getSubscription().name() + " "
                    + event.getCause().getClass().getSimpleName());
        }
    }

    private static List<String> lines(CapturedOutput output, String level) {
        return output.getAll()
                .lines()
                .filter(line -> line.contains(level) && line.contains("'orders'"))
                .toList();
    }

    @Test
    void listenerThatConnectsSaysSoOnce(CapturedOutput output) throws Exception {
        signals.run(Listener.class);
        signals.notes().await("connected");
        await().atMost(SOON).until(() -> lines(output, "INFO").size() == 1);
        assertThat(lines(output, "INFO").get(0))
                .contains("'orders.*'", signals.server().address());
        assertThat(lines(output, "WARN")).isEmpty();
    }

    @Test
    void listenerWhoseServerIsAwaySaysSoOnceAndAgainWhenItIsBack(CapturedOutput output) throws Exception {
        signals.server().stop();
        signals.begin(Listener.class);
        signals.notes().await("refused " + signals.server().address() + " orders ServerUnreachableException");
        await().atMost(SOON).until(() -> lines(output, "WARN").size() == 1);
        assertThat(lines(output, "WARN").get(0))
                .contains("does not listen", signals.server().address(), "refused");
        await().during(Duration.ofSeconds(3)).until(() -> lines(output, "WARN").size() == 1);
        assertThat(lines(output, "INFO")).isEmpty();
        signals.server().start();
        signals.notes().await("connected");
        await().atMost(SOON).until(() -> lines(output, "INFO").size() == 1);
        assertThat(lines(output, "WARN")).hasSize(1);
    }

    @Test
    void listenerWhoseServerDiesSaysSo(CapturedOutput output) throws Exception {
        signals.run(Listener.class);
        await().atMost(SOON).until(() -> lines(output, "INFO").size() == 1);
        signals.server().kill();
        await().atMost(SOON).until(() -> lines(output, "WARN").size() == 1);
        assertThat(lines(output, "WARN").get(0)).contains("does not listen");
        signals.server().start();
        await().atMost(SOON).until(() -> lines(output, "INFO").size() == 2);
    }

    @Configuration
    static class LazyBean {

        @Bean
        @Lazy
        Listener lazy(Notes notes) {
            return new Listener(notes);
        }
    }

    @Test
    void lazyListenerSaysThatItDoesNotListenYet(CapturedOutput output) {
        signals.begin(LazyBean.class);
        assertThat(output.getAll())
                .contains(
                        "@SignalListener of bean 'lazy'", "Listener.listen(", "does not listen until the bean is made");
    }
}
