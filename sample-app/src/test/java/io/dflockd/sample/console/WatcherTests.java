package io.dflockd.sample.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.sample.console.LogEntry.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The task that sends runs when the test runs it: until then, the browser is one that does not read. */
class WatcherTests {

    private final Deque<Runnable> tasks = new ArrayDeque<>();

    private final List<String> sent = new ArrayList<>();

    private final List<Watcher> ended = new ArrayList<>();

    private boolean broken;

    private final SseEmitter emitter = new SseEmitter() {
        @Override
        public void send(SseEventBuilder builder) throws IOException {
            if (broken) {
                throw new IOException("the browser has left");
            }
            StringBuilder text = new StringBuilder();
            builder.build().forEach(part -> text.append(part.getData()));
            sent.add(text.toString());
        }
    };

    private final Watcher watcher = new Watcher(
            emitter,
            "",
            new ConsoleRows(new ConsoleProperties(false, Duration.ofSeconds(1), 100, 20)),
            tasks::add,
            ended::add);

    @Test
    void browserThatDoesNotReadHasTheNewestEventsAndOneSnapshotWaiting() {
        for (int i = 1; i <= 1000; i++) {
            watcher.accept(entry(i));
            watcher.show(snapshot(i));
        }
        assertThat(tasks).as("one task, whatever waits").hasSize(1);

        tasks.remove().run();

        assertThat(sent).hasSize(Watcher.MOST + 1);
        assertThat(sent.get(0)).contains("901-");
        assertThat(sent.get(Watcher.MOST - 1)).contains("1000-");
        assertThat(sent.get(Watcher.MOST)).contains("port 1000");
        assertThat(tasks).isEmpty();
    }

    @Test
    void whatComesAfterwardsIsSentToo() {
        watcher.accept(entry(1));
        tasks.remove().run();
        watcher.accept(entry(2));
        tasks.remove().run();
        assertThat(sent).hasSize(2);
    }

    @Test
    void browserThatHasLeftEndsOnceAndGetsNothingMore() {
        broken = true;
        watcher.accept(entry(1));
        watcher.accept(entry(2));
        tasks.remove().run();
        watcher.end();
        watcher.accept(entry(3));
        assertThat(ended).containsExactly(watcher);
        assertThat(tasks).isEmpty();
        assertThat(sent).isEmpty();
    }

    private static LogEntry entry(long number) {
        return new LogEntry(number, Instant.EPOCH, Kind.SIGNAL, "shop.a", "text");
    }

    private static Snapshot snapshot(int port) {
        return new Snapshot(
                new InstanceState("00000000", port, false, false, List.of(), List.of()),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }
}
