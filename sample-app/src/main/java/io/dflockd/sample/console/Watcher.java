package io.dflockd.sample.console;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * One browser window. What it shall see goes into a bounded queue, and one task at a time sends it, so that a browser that does not
 * read delays nobody. Of snapshots only the newest waits. Of events the newest {@value #MOST} wait.
 */
final class Watcher implements Consumer<LogEntry> {

    static final int MOST = 100;

    private final SseEmitter emitter;

    private final String filter;

    private final ConsoleRows rows;

    private final Executor senders;

    private final Consumer<Watcher> onEnd;

    private final Deque<LogEntry> entries = new ArrayDeque<>();

    private @Nullable Snapshot snapshot;

    private boolean sending;

    private boolean ended;

    Watcher(SseEmitter emitter, String filter, ConsoleRows rows, Executor senders, Consumer<Watcher> onEnd) {
        this.emitter = emitter;
        this.filter = filter;
        this.rows = rows;
        this.senders = senders;
        this.onEnd = onEnd;
    }

    @Override
    public synchronized void accept(LogEntry entry) {
        if (entries.size() == MOST) {
            entries.removeFirst();
        }
        entries.addLast(entry);
        send();
    }

    synchronized void show(Snapshot newest) {
        snapshot = newest;
        send();
    }

    /** The browser has left, or the application ends. */
    void end() {
        if (markEnded()) {
            emitter.complete();
            onEnd.accept(this);
        }
    }

    private synchronized boolean markEnded() {
        boolean first = !ended;
        ended = true;
        entries.clear();
        snapshot = null;
        return first;
    }

    private void send() {
        if (!sending && !ended) {
            sending = true;
            senders.execute(this::sendAll);
        }
    }

    private void sendAll() {
        for (SseEmitter.SseEventBuilder next = next(); next != null; next = next()) {
            try {
                emitter.send(next);
            } catch (IOException | IllegalStateException ex) {
                end();
            }
        }
    }

    private synchronized SseEmitter.@Nullable SseEventBuilder next() {
        LogEntry entry = entries.pollFirst();
        if (entry != null) {
            return SseEmitter.event().name("entry").data(rows.of(entry));
        }
        Snapshot newest = snapshot;
        snapshot = null;
        if (newest != null) {
            return SseEmitter.event().name("snapshot").data(rows.of(newest, filter));
        }
        sending = false;
        return null;
    }
}
