package io.dflockd.client.internal.loop;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The callback executor of a user. The client's own threads call it, because its {@code execute} is user code too. They also run
 * a task that it rejects, and one that it has not begun after {@value #PATIENCE_SECONDS} seconds: an executor that drops tasks,
 * as one that has been shut down may do, leaves no future open.
 *
 * <p>Any thread may call it. It looks for tasks that have not begun once a second, as long as there are any.
 */
final class UserExecutor implements Executor {

    static final int PATIENCE_SECONDS = 10;

    private static final Logger logger = LoggerFactory.getLogger(UserExecutor.class);
    static final long PATIENCE_AT_CLOSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Executor users;
    private final Executor own;
    private final EventLoop loop;
    private final long patienceAtCloseNanos;
    /** Handed over since the last look. */
    private final Queue<CallbackTask> handedOver = new ConcurrentLinkedQueue<>();
    /** For each of the last looks, what had not begun then; in order. Guarded by {@code this}. */
    private final Deque<List<CallbackTask>> late = new ArrayDeque<>();

    private final AtomicBoolean watching = new AtomicBoolean();
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile boolean closed;

    /** The executor {@code own} runs each task and does not throw. */
    UserExecutor(Executor users, Executor own, EventLoop loop, long patienceAtCloseNanos) {
        this.users = users;
        this.own = own;
        this.loop = loop;
        this.patienceAtCloseNanos = patienceAtCloseNanos;
    }

    @Override
    public void execute(Runnable task) {
        CallbackTask once = CallbackTask.of(task);
        own.execute(() -> handOver(once));
    }

    private void handOver(CallbackTask task) {
        try {
            users.execute(task);
        } catch (Throwable ex) {
            task.run();
        }
        if (!task.hasBegun()) {
            handedOver.add(task);
            watch();
            if (closed) {
                runRest();
            }
        }
    }

    private void watch() {
        if (watching.compareAndSet(false, true)) {
            try {
                loop.schedule(() -> own.execute(this::look), 1, TimeUnit.SECONDS);
            } catch (RejectedExecutionException ex) {
                // The client is being closed; the close runs the rest.
                watching.set(false);
            }
        }
    }

    private void look() {
        watching.set(false);
        overdue().forEach(this::runOnOwnThreads);
        if (isWaiting()) {
            watch();
        }
    }

    private synchronized List<CallbackTask> overdue() {
        late.add(takeHandedOver());
        late.forEach(tasks -> tasks.removeIf(CallbackTask::hasBegun));
        return late.size() > PATIENCE_SECONDS ? late.remove() : List.of();
    }

    private List<CallbackTask> takeHandedOver() {
        List<CallbackTask> taken = new ArrayList<>();
        CallbackTask task;
        while ((task = handedOver.poll()) != null) {
            taken.add(task);
        }
        return taken;
    }

    private synchronized boolean isWaiting() {
        return !handedOver.isEmpty() || !late.stream().allMatch(List::isEmpty);
    }

    private void runOnOwnThreads(CallbackTask task) {
        if (warned.compareAndSet(false, true)) {
            logger.warn(
                    "The callback executor of a dflockd client has not begun a task within {} s: does it drop tasks, or"
                            + " is it overloaded? The client's own threads run such tasks",
                    PATIENCE_SECONDS);
        }
        own.execute(task);
    }

    /** No later look comes: what the executor does not begin soon runs on the client's threads. Does not block. */
    void close() {
        closed = true;
        own.execute(this::runRest);
    }

    private void runRest() {
        long end = System.nanoTime() + patienceAtCloseNanos;
        for (CallbackTask task : takeAll()) {
            while (!task.hasBegun() && end - System.nanoTime() > 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            own.execute(task);
        }
    }

    private synchronized List<CallbackTask> takeAll() {
        late.add(takeHandedOver());
        List<CallbackTask> all = late.stream().flatMap(List::stream).toList();
        late.clear();
        return all;
    }
}
