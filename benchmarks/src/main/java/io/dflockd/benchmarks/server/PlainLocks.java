package io.dflockd.benchmarks.server;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The locks of the {@link PlainServer}: waiters in the order of arrival, leases that do not run out. */
final class PlainLocks {

    private static final String DEFAULT_LEASE = "33";

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    private final AtomicLong fences = new AtomicLong();

    private record Holder(PlainConnection owner, String token, long fence) {

        String granted(String lease) {
            return "ok " + token + " " + lease + " " + fence;
        }
    }

    private static final class Waiter {

        final PlainConnection connection;

        final Condition granted;

        @Nullable
        Holder grant;

        Waiter(PlainConnection connection, Condition granted) {
            this.connection = connection;
            this.granted = granted;
        }
    }

    /** One key; its fields are guarded by its lock. */
    private static final class Entry {

        final ReentrantLock lock = new ReentrantLock();

        final ArrayDeque<Waiter> queue = new ArrayDeque<>();

        @Nullable
        Holder holder;
    }

    /** The argument is the timeout in seconds and, where the client asks for one, the lease. */
    String acquire(PlainConnection connection, String key, String argument) throws InterruptedException {
        String lease = second(argument);
        Entry entry = entries.computeIfAbsent(key, unused -> new Entry());
        entry.lock.lock();
        try {
            if (entry.holder == null) {
                Holder holder = grant(connection);
                entry.holder = holder;
                return holder.granted(lease);
            }
            Waiter waiter = new Waiter(connection, entry.lock.newCondition());
            entry.queue.add(waiter);
            long left = TimeUnit.SECONDS.toNanos(Long.parseLong(first(argument)));
            while (waiter.grant == null && left > 0) {
                left = waiter.granted.awaitNanos(left);
            }
            if (waiter.grant == null) {
                entry.queue.remove(waiter);
                return "timeout";
            }
            return waiter.grant.granted(lease);
        } finally {
            entry.lock.unlock();
        }
    }

    String release(String key, String token) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return "error";
        }
        entry.lock.lock();
        try {
            if (entry.holder == null || !entry.holder.token().equals(token)) {
                return "error";
            }
            handOver(entry);
            return "ok";
        } finally {
            entry.lock.unlock();
        }
    }

    /** Releases all that a connection has acquired. */
    void release(PlainConnection connection) {
        for (Entry entry : entries.values()) {
            entry.lock.lock();
            try {
                if (entry.holder != null && entry.holder.owner().equals(connection)) {
                    handOver(entry);
                }
            } finally {
                entry.lock.unlock();
            }
        }
    }

    String renew(String key, String argument) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return "error";
        }
        entry.lock.lock();
        try {
            Holder holder = entry.holder;
            return holder == null || !holder.token().equals(first(argument))
                    ? "error"
                    : "ok " + second(argument) + " " + holder.fence();
        } finally {
            entry.lock.unlock();
        }
    }

    /** The held keys as elements of JSON; the keys of the driver need no escapes. */
    String stats() {
        return entries.entrySet().stream()
                .map(entry -> stats(entry.getKey(), entry.getValue()))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(","));
    }

    private static String stats(String key, Entry entry) {
        entry.lock.lock();
        try {
            return entry.holder == null
                    ? ""
                    : "{\"key\":\"" + key + "\",\"owner_conn_id\":1,\"lease_expires_in_s\":" + DEFAULT_LEASE
                            + ",\"waiters\":" + entry.queue.size() + "}";
        } finally {
            entry.lock.unlock();
        }
    }

    private void handOver(Entry entry) {
        Waiter next = entry.queue.poll();
        if (next == null) {
            entry.holder = null;
            return;
        }
        next.grant = grant(next.connection);
        entry.holder = next.grant;
        next.granted.signal();
    }

    private Holder grant(PlainConnection owner) {
        long fence = fences.incrementAndGet();
        String digits = Long.toHexString(fence);
        return new Holder(owner, "0".repeat(32 - digits.length()) + digits, fence);
    }

    private static String first(String argument) {
        int space = argument.indexOf(' ');
        return space < 0 ? argument : argument.substring(0, space);
    }

    private static String second(String argument) {
        int space = argument.indexOf(' ');
        return space < 0 ? DEFAULT_LEASE : argument.substring(space + 1);
    }
}
