package io.dflockd.sample.console;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** Takes a snapshot again and again between start and stop. The next one is due some time after the last one has ended. */
final class Poller {

    private static final Logger log = LoggerFactory.getLogger(Poller.class);

    private final Snapshots snapshots;

    private final Duration interval;

    private final Consumer<Snapshot> taken;

    private final ScheduledThreadPoolExecutor timer;

    private @Nullable ScheduledFuture<?> polling;

    Poller(Snapshots snapshots, Duration interval, Consumer<Snapshot> taken) {
        this.snapshots = snapshots;
        this.interval = interval;
        this.taken = taken;
        CustomizableThreadFactory threads = new CustomizableThreadFactory("console-poller-");
        threads.setDaemon(true);
        timer = new ScheduledThreadPoolExecutor(1, threads);
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    synchronized void start() {
        if (polling == null && !timer.isShutdown()) {
            polling = timer.scheduleWithFixedDelay(this::poll, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    synchronized void stop() {
        if (polling != null) {
            polling.cancel(false);
            polling = null;
        }
    }

    synchronized boolean isRunning() {
        return polling != null;
    }

    void close() {
        stop();
        timer.shutdown();
    }

    private void poll() {
        try {
            taken.accept(snapshots.take().join());
        } catch (RuntimeException ex) {
            log.warn("No snapshot for the console; the next one is tried in {}", interval, ex);
        }
    }
}
