package io.dflockd.sample.console;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The browser windows that are open. Snapshots are taken as long as there is one. */
@Component
class Watchers {

    private final EventLog log;

    private final ConsoleProperties properties;

    private final ConsoleRows rows;

    private final Poller poller;

    /** A slow browser blocks one of the threads, and each browser uses at most one. */
    private final ThreadPoolExecutor senders;

    private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

    private boolean closed;

    Watchers(EventLog log, ConsoleProperties properties, ConsoleRows rows, Snapshots snapshots) {
        this.log = log;
        this.properties = properties;
        this.rows = rows;
        this.poller =
                new Poller(snapshots, properties.interval(), snapshot -> watchers.forEach(each -> each.show(snapshot)));
        CustomizableThreadFactory threads = new CustomizableThreadFactory("console-sender-");
        threads.setDaemon(true);
        this.senders = new ThreadPoolExecutor(
                properties.watchers(),
                properties.watchers(),
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads);
        this.senders.allowCoreThreadTimeOut(true);
    }

    SseEmitter watch(String filter) {
        SseEmitter emitter = new SseEmitter(0L);
        Watcher watcher = new Watcher(emitter, filter, rows, senders, this::remove);
        add(watcher);
        emitter.onCompletion(watcher::end);
        emitter.onError(failure -> watcher.end());
        log.read(watcher);
        return emitter;
    }

    int count() {
        return watchers.size();
    }

    boolean isPolling() {
        return poller.isRunning();
    }

    /** Open streams would keep a graceful shutdown waiting. */
    @EventListener
    void close(ContextClosedEvent event) {
        synchronized (this) {
            closed = true;
        }
        watchers.forEach(Watcher::end);
        poller.close();
        senders.shutdown();
    }

    private synchronized void add(Watcher watcher) {
        if (closed || watchers.size() >= properties.watchers()) {
            throw new ResponseStatusException(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    closed
                            ? "this application ends"
                            : "all " + properties.watchers()
                                    + " places to watch are taken; close another window of this page");
        }
        watchers.add(watcher);
        poller.start();
    }

    private synchronized void remove(Watcher watcher) {
        log.stopReading(watcher);
        watchers.remove(watcher);
        if (watchers.isEmpty()) {
            poller.stop();
        }
    }
}
