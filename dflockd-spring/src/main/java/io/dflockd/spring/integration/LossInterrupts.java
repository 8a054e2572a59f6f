package io.dflockd.spring.integration;

import io.dflockd.client.LockHandle;
import io.dflockd.spring.internal.InterruptOnLoss;
import java.util.HashMap;
import java.util.Map;

/** Interrupts the threads that have locks of a registry when these are lost. Each thread keeps the watchers of its own locks. */
final class LossInterrupts {

    private final ThreadLocal<Map<String, InterruptOnLoss>> ofThread = new ThreadLocal<>();

    /** The current thread has acquired a lock. */
    void acquired(LockHandle handle) {
        Map<String, InterruptOnLoss> watchers = ofThread.get();
        if (watchers == null) {
            watchers = new HashMap<>();
            ofThread.set(watchers);
        }
        watchers.put(handle.key(), InterruptOnLoss.watch(handle, Thread.currentThread()));
    }

    /** The current thread is about to unlock a lock for the last time. It is not interrupted from here on. */
    void ending(String key) {
        Map<String, InterruptOnLoss> watchers = ofThread.get();
        InterruptOnLoss watcher = watchers == null ? null : watchers.remove(key);
        if (watcher != null) {
            watcher.end();
        }
        if (watchers != null && watchers.isEmpty()) {
            ofThread.remove();
        }
    }
}
