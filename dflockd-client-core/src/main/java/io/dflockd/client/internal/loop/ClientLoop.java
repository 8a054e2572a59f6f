package io.dflockd.client.internal.loop;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdException;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's event loop, and the only way from it to other threads and back. All state of connections, acquisitions and
 * subscriptions is confined to this loop.
 *
 * <ul>
 *   <li>Callers hand work to the loop with {@link #execute}, {@link #run} and {@link #call}.
 *   <li>The loop completes the futures of callers with {@link #callBack} or {@link #forCaller}, and calls listeners with
 *       {@link #notifyLoss} and {@link #events}. User code therefore never runs on the loop, whatever the user's executor does.
 *   <li>Blocking methods wait with {@link #await}, which throws at once on the loop's thread.
 * </ul>
 *
 * <p>Any thread may call the methods here unless they say otherwise.
 */
public final class ClientLoop {

    private static final Logger logger = LoggerFactory.getLogger(ClientLoop.class);

    private final EventLoop loop;
    private final Timers timers;
    private final Executor callbacks;
    private final Executor losses;
    private final ListenerNotifier events;
    private final BooleanSupplier closed;

    /** A loop that has not started yet. The ticker is the monotonic clock of timers and deadlines, in nanoseconds. */
    public ClientLoop(
            ClientThreads threads, LongSupplier ticker, List<DflockdClientListener> listeners, BooleanSupplier closed) {
        this(
                threads.loop(),
                ticker,
                threads.callbacks(),
                threads.losses(),
                new ListenerNotifier(listeners, threads.events(), ticker),
                closed);
    }

    ClientLoop(
            EventLoop loop,
            LongSupplier ticker,
            Executor callbacks,
            Executor losses,
            ListenerNotifier events,
            BooleanSupplier closed) {
        this.loop = loop;
        this.timers = new Timers(loop, ticker, this::log);
        this.callbacks = callbacks;
        this.losses = losses;
        this.events = events;
        this.closed = closed;
    }

    public EventLoop eventLoop() {
        return loop;
    }

    /** The client's timers. Event loop only. */
    public Timers timers() {
        return timers;
    }

    /** The time now, on the clock that timers and deadlines share. */
    public long now() {
        return timers.now();
    }

    public ListenerNotifier events() {
        return events;
    }

    /** Writes a log line off the loop, because an appender may block. */
    public void log(Runnable line) {
        events.log(line);
    }

    // --- being closed

    /** Whether the client refuses new requests. */
    public boolean isClosed() {
        return closed.getAsBoolean();
    }

    /** Throws unless the client is open. */
    public void requireOpen() {
        if (closed.getAsBoolean()) {
            throw closedException();
        }
    }

    /** What a request of a closed client fails with. */
    public static ClientClosedException closedException() {
        return new ClientClosedException("the dflockd client is closed; make requests before closing it");
    }

    // --- onto the loop

    /** Runs a task on the loop, after what was handed in before. False if the loop has ended. */
    public boolean execute(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException ex) {
            return false;
        }
    }

    /** Runs a task on the loop, at once if this is its thread. False if the loop has ended. */
    public boolean run(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return execute(task);
    }

    /** Starts something on the loop. The result is completed on the loop, or fails at once if the loop has ended. */
    public <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        boolean accepted = execute(() -> {
            try {
                task.get().whenComplete((value, failure) -> complete(result, value, failure));
            } catch (Throwable ex) {
                result.completeExceptionally(ex);
            }
        });
        if (!accepted) {
            result.completeExceptionally(closedException());
        }
        return result;
    }

    /** Runs a task on the loop after a delay. False if the loop has ended. */
    public boolean schedule(Runnable task, long delayNanos) {
        return start(new Timers.Timer(task), delayNanos);
    }

    /** Starts a timer that expires after a delay. False if the loop has ended. */
    public boolean start(Timers.Timer timer, long nanos) {
        return run(() -> timers.start(timer, timers.now() + nanos));
    }

    /** Stops a timer that was started before, if it runs. */
    public void stop(Timers.Timer timer) {
        run(() -> timers.stop(timer));
    }

    /**
     * Does something with each of several that do not depend on each other. If it fails for one, as for want of memory, the others have
     * their turn all the same. Does not throw.
     */
    public <T> void forEach(Iterable<? extends T> all, Consumer<? super T> step) {
        for (T one : all) {
            attempt(step, one);
        }
    }

    /** The same for one, after which something else has to be done. */
    public <T> void attempt(Consumer<? super T> step, T one) {
        try {
            step.accept(one);
        } catch (Throwable ex) {
            stepFailed(ex);
        }
    }

    /** Logs what a step on the loop has thrown. Does not throw. */
    public void stepFailed(Throwable cause) {
        try {
            log(() -> logger.error("A step of the client's event loop failed", cause));
        } catch (Throwable ex) {
            // There is no memory for the line either.
        }
    }

    // --- back to the user

    /** Runs user code, such as the completion of a caller's future. Never on the loop and never twice; does not throw. */
    public void callBack(Runnable task) {
        callbacks.execute(task);
    }

    /**
     * A caller's view of a future: it is completed by {@link #callBack}, and completing it has no effect on the original. A failure
     * is an {@linkplain #own own} one.
     */
    public <T> CompletableFuture<T> forCaller(CompletableFuture<T> internal) {
        CompletableFuture<T> result = new CompletableFuture<>();
        internal.whenComplete((value, failure) -> callBack(new CallbackTask() {
            @Override
            protected void call() {
                complete(result, value, failure == null ? null : own(failure));
            }
        }));
        return result;
    }

    /** Runs a loss listener, never on the loop. Does not throw. */
    public void notifyLoss(Runnable task) {
        losses.execute(task);
    }

    private static <T> void complete(CompletableFuture<T> future, T value, @Nullable Throwable failure) {
        if (failure == null) {
            future.complete(value);
        } else {
            future.completeExceptionally(cause(failure));
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /**
     * A failure for one caller, who may add to it. The loop may have made it for several, and keeps it while a server cannot be
     * reached. The stack trace is that of the current thread.
     */
    public static Throwable own(Throwable failure) {
        return OwnFailure.of(cause(failure));
    }

    // --- waiting for the loop

    /** Throws if this is the loop's thread, which must not block. */
    public void requireOtherThread() {
        if (loop.inEventLoop()) {
            throw new IllegalStateException(
                    "a blocking method of the dflockd client was called on its event loop, which"
                            + " would wait for itself; use the asynchronous form or another thread");
        }
    }

    /** Before a method that blocks: nothing is sent for a thread that is interrupted. */
    public static void requireNotInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the thread was interrupted before the request");
        }
    }

    /** Waits for a future, and throws the given exception when the time is over. */
    public <T> T await(CompletableFuture<T> future, long nanos, Supplier<? extends RuntimeException> late)
            throws InterruptedException {
        requireOtherThread();
        try {
            return future.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException ex) {
            throw failure(ex.getCause());
        } catch (TimeoutException ex) {
            throw late.get();
        }
    }

    /** Waits for a future, whatever becomes of it. An interrupt does not end the wait; the flag is kept. False if it is late. */
    public boolean awaitUninterruptibly(CompletableFuture<?> future, long nanos) {
        requireOtherThread();
        return Uninterruptibly.isDone(future, nanos);
    }

    /** What a blocking method throws for the failure of a future, on the thread of its caller. */
    public static RuntimeException failure(@Nullable Throwable failed) {
        Throwable cause = failed == null ? null : own(failed);
        if (cause instanceof RuntimeException failure) {
            return failure;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new DflockdException("the request failed", cause);
    }
}
