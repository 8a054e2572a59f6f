package io.dflockd.client.internal.loop;

import io.netty.util.concurrent.EventExecutor;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All timers of a client: a hashed wheel that is turned on the event loop, so that starting and stopping one costs a few
 * nanoseconds and thousands of held locks cost one scheduled task. Fires up to a tick late, never early; the loop is only
 * woken for slots that hold something.
 *
 * <p>Confined to the event loop.
 */
public final class Timers {

    private static final Logger logger = LoggerFactory.getLogger(Timers.class);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int SLOTS = 1024;

    private final EventExecutor loop;
    private final LongSupplier ticker;
    private final Consumer<Runnable> log;
    private final long origin;
    private final Slot[] slots = new Slot[SLOTS];
    private final BitSet occupied = new BitSet(SLOTS);
    /** Timers that are due and have not run yet; one of them may stop or restart another. */
    private final Slot expiring = new Slot();

    private long currentTick;
    private long wakeTick = Long.MAX_VALUE;
    private io.netty.util.concurrent.@Nullable ScheduledFuture<?> wake;

    /** A wheel without timers, turned by tasks of the event loop. Log lines are written by {@code log}. */
    Timers(EventExecutor loop, LongSupplier ticker, Consumer<Runnable> log) {
        this.loop = loop;
        this.log = log;
        this.ticker = ticker;
        this.origin = ticker.getAsLong();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Slot();
        }
    }

    /** The time now, on the clock that timers and deadlines share. */
    public long now() {
        return ticker.getAsLong();
    }

    /** Starts a timer, or moves it if it runs already. */
    public void start(Timer timer, long atNanos) {
        stop(timer);
        if (occupied.isEmpty()) {
            currentTick = Math.max(currentTick, tickBefore(now()));
        }
        long tick = Math.max(currentTick + 1, tickAtOrAfter(atNanos));
        int index = (int) (tick % SLOTS);
        timer.tick = tick;
        slots[index].add(timer);
        occupied.set(index);
        if (tick < wakeTick) {
            wakeAt(tick);
        }
    }

    /** Stops a timer, if it runs. */
    public void stop(Timer timer) {
        Slot slot = timer.slot;
        if (slot != null) {
            slot.remove(timer);
            if (slot.head == null && slot != expiring) {
                occupied.clear((int) (timer.tick % SLOTS));
            }
        }
    }

    private void turn() {
        wake = null;
        wakeTick = Long.MAX_VALUE;
        long due = tickBefore(now());
        long steps = Math.min(due - currentTick, SLOTS);
        for (long i = 1; i <= steps; i++) {
            int index = (int) ((steps == SLOTS ? due - SLOTS + i : currentTick + i) % SLOTS);
            if (occupied.get(index)) {
                takeDue(index, due);
            }
        }
        currentTick = Math.max(currentTick, due);
        fireTaken();
        scheduleNext();
    }

    private void failed(Throwable cause) {
        try {
            log.accept(() -> logger.error("A timer failed", cause));
        } catch (Throwable ex) {
            // There is no memory for the line either; the other timers go on.
        }
    }

    private void takeDue(int index, long due) {
        Slot slot = slots[index];
        Timer timer = slot.head;
        while (timer != null) {
            Timer next = timer.next;
            if (timer.tick <= due) {
                slot.remove(timer);
                expiring.add(timer);
            }
            timer = next;
        }
        if (slot.head == null) {
            occupied.clear(index);
        }
    }

    private void fireTaken() {
        while (expiring.head != null) {
            Timer fired = expiring.head;
            expiring.remove(fired);
            try {
                fired.task.run();
            } catch (Throwable ex) {
                failed(ex);
            }
        }
    }

    private void scheduleNext() {
        if (occupied.isEmpty()) {
            return;
        }
        int from = (int) ((currentTick + 1) % SLOTS);
        int index = occupied.nextSetBit(from);
        if (index < 0) {
            index = occupied.nextSetBit(0);
        }
        long tick = currentTick + 1 + Math.floorMod(index - from, SLOTS);
        if (tick < wakeTick) {
            wakeAt(tick);
        }
    }

    private void wakeAt(long tick) {
        long delay = Math.max(0, origin + tick * TICK_NANOS - now());
        // Before anything is changed: if there is no memory for it, the next start of a timer tries again.
        io.netty.util.concurrent.ScheduledFuture<?> next = loop.schedule(this::turn, delay, TimeUnit.NANOSECONDS);
        if (wake != null) {
            wake.cancel(false);
        }
        wake = next;
        wakeTick = tick;
    }

    private long tickBefore(long nanos) {
        return Math.max(0, (nanos - origin) / TICK_NANOS);
    }

    private long tickAtOrAfter(long nanos) {
        long elapsed = Math.max(0, nanos - origin);
        return elapsed / TICK_NANOS + (elapsed % TICK_NANOS == 0 ? 0 : 1);
    }

    /** A timer that can be started again and again. It is its own list node, so that starting it allocates nothing. */
    public static final class Timer {

        private final Runnable task;
        private @Nullable Slot slot;
        private @Nullable Timer previous;
        private @Nullable Timer next;
        private long tick;

        /** A timer that does not run. Its task runs on the event loop and may start the timer again. */
        public Timer(Runnable task) {
            this.task = task;
        }

        /** Whether it runs: its task is still to come. On the event loop. */
        public boolean isRunning() {
            return slot != null;
        }
    }

    private static final class Slot {

        private @Nullable Timer head;

        void add(Timer timer) {
            timer.slot = this;
            timer.previous = null;
            timer.next = head;
            if (head != null) {
                head.previous = timer;
            }
            head = timer;
        }

        void remove(Timer timer) {
            if (timer.previous != null) {
                timer.previous.next = timer.next;
            } else {
                head = timer.next;
            }
            if (timer.next != null) {
                timer.next.previous = timer.previous;
            }
            timer.slot = null;
            timer.previous = null;
            timer.next = null;
        }
    }
}
