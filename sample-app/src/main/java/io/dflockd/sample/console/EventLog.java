package io.dflockd.sample.console;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/** The newest events, and who wants to hear of the next. Adding one never waits: readers only put it into a queue. */
@Component
class EventLog {

    static final int SIZE = 50;

    private final Deque<LogEntry> newest = new ArrayDeque<>(SIZE);

    private final Set<Consumer<LogEntry>> readers = new CopyOnWriteArraySet<>();

    private long count;

    /** The readers are called in the order of the numbers. */
    synchronized void add(LogEntry.Kind kind, String subject, String text) {
        if (newest.size() == SIZE) {
            newest.removeLast();
        }
        LogEntry entry = new LogEntry(++count, Instant.now(), kind, subject, text);
        newest.addFirst(entry);
        readers.forEach(reader -> reader.accept(entry));
    }

    /** The newest first. */
    synchronized List<LogEntry> newest() {
        return List.copyOf(newest);
    }

    /** Passes on what has been added already, the oldest first, and then everything that is added. */
    synchronized void read(Consumer<LogEntry> reader) {
        newest.descendingIterator().forEachRemaining(reader);
        readers.add(reader);
    }

    void stopReading(Consumer<LogEntry> reader) {
        readers.remove(reader);
    }
}
