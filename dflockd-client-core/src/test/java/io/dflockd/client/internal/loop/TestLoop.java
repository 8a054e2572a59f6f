package io.dflockd.client.internal.loop;

import io.dflockd.client.Events;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * A client's loop without threads, sockets and real time. The thread of the test is the thread of the loop; time passes only
 * when the test says so. The clock overflows three seconds after its start, as {@link System#nanoTime} may.
 *
 * <p>User code (callbacks, listeners) runs on another thread while the test waits for it, never in the middle of a task.
 */
public final class TestLoop {

    private static final long OVERFLOW_AFTER_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** How long a thread that the test waits for may take before the test fails. */
    private static final long HANGS_AFTER_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final ExecutorService USERS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "user-of-test");
        thread.setDaemon(true);
        return thread;
    });

    private final MockTicker time = Ticker.newMockTicker();

    private final Netty netty = new Netty(time);

    private final Queue<Runnable> userTasks = new ConcurrentLinkedQueue<>();

    private final Events events = new Events();

    private volatile boolean isClosed;

    private final ClientLoop loop = new ClientLoop(
            netty,
            this::now,
            userTasks::add,
            userTasks::add,
            new ListenerNotifier(List.of(events), userTasks::add, this::now),
            () -> isClosed);

    /** The loop under test. */
    public ClientLoop loop() {
        return loop;
    }

    /** What the client's listener was told, in order. */
    public Events events() {
        return events;
    }

    /** The clock of timers and deadlines. */
    public long now() {
        return Long.MAX_VALUE - OVERFLOW_AFTER_NANOS + time.nanoTime();
    }

    /** The time that has passed since the loop was made. */
    public Duration elapsed() {
        return Duration.ofNanos(time.nanoTime());
    }

    /** From now on the client refuses new requests. */
    public void close() {
        isClosed = true;
    }

    /** Ends the loop: it runs nothing more. */
    @SuppressWarnings("deprecation") // A graceful shutdown waits, and time stands still.
    public void end() {
        settle();
        netty.shutdown();
        while (!netty.isTerminated()) {
            netty.runNow();
        }
    }

    /** Runs everything that can run without time passing. */
    public void settle() {
        do {
            runLoop();
        } while (runUserTasks());
    }

    /** Runs what is queued for the loop, and leaves user code waiting. */
    public void runLoop() {
        while (!netty.isTerminated() && netty.runNow() > 0) {
            // Until there is nothing left.
        }
    }

    private boolean runUserTasks() {
        boolean ran = false;
        Runnable task;
        while ((task = userTasks.poll()) != null) {
            ran = true;
            CompletableFuture.runAsync(task, USERS)
                    .orTimeout(HANGS_AFTER_NANOS, TimeUnit.NANOSECONDS)
                    .join();
        }
        return ran;
    }

    /** Starts the user code that waits now, each on a thread of its own, and does not wait for its end. */
    public CompletableFuture<Void> startUserTasks() {
        List<CompletableFuture<Void>> started = new ArrayList<>();
        Runnable task;
        while ((task = userTasks.poll()) != null) {
            started.add(CompletableFuture.runAsync(task, USERS).orTimeout(HANGS_AFTER_NANOS, TimeUnit.NANOSECONDS));
        }
        return CompletableFuture.allOf(started.toArray(CompletableFuture[]::new));
    }

    /** Lets time pass; every timer runs at its time. */
    public void advance(Duration by) {
        settle();
        long left = by.toNanos();
        long next;
        while ((next = netty.untilNextTask()) >= 0 && next <= left) {
            time.advance(next, TimeUnit.NANOSECONDS);
            left -= next;
            settle();
        }
        jump(Duration.ofNanos(left));
    }

    /** Lets time pass while nothing runs, as in a pause of the JVM. Timers that are due run afterwards. */
    public void jump(Duration by) {
        pass(by);
        settle();
    }

    /** Lets time pass unnoticed: not even timers that are due run, until the test does something else. */
    public void pass(Duration by) {
        time.advance(by.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether nothing will happen by itself, however much time passes. */
    public boolean isIdle() {
        settle();
        return netty.untilNextTask() < 0;
    }

    /** Runs something on a thread that is not the loop's, for example a method that blocks, and the loop beside it. */
    public <T> T onAnotherThread(Callable<T> call) {
        CompletableFuture<T> result = start(call);
        runUntil(result::isDone);
        settle();
        return result.join();
    }

    /** Runs the loop until another thread has brought something about. */
    public void runUntil(BooleanSupplier condition) {
        long begin = System.nanoTime();
        settle();
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
            if (System.nanoTime() - begin > HANGS_AFTER_NANOS) {
                throw new AssertionError("it hangs", new TimeoutException());
            }
            settle();
        }
    }

    /** Starts something on a thread that is not the loop's. What it throws is the cause of the future's failure. */
    public static <T> CompletableFuture<T> start(Callable<T> call) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return call.call();
                    } catch (Exception ex) {
                        throw new CompletionException(ex);
                    }
                },
                USERS);
    }

    /** Netty's event loop, for what is tested without a client's. */
    public EventLoop netty() {
        return netty;
    }

    private static final class Netty extends ManualIoEventLoop {

        Netty(Ticker ticker) {
            super(null, Thread.currentThread(), executor -> new NoSockets(), ticker);
        }

        /** Negative if there is none. */
        long untilNextTask() {
            return nextScheduledTaskNano();
        }
    }

    private static final class NoSockets implements IoHandler {

        @Override
        public int run(IoHandlerContext context) {
            return 0;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException("a socket in a test without sockets");
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return false;
        }
    }
}
