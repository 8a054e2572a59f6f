package io.dflockd.client.internal.signal;

import io.dflockd.client.internal.loop.Timers;
import io.dflockd.client.internal.loop.Timers.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices that nothing was read from a listening connection for too long. A server stops pushing when a write has waited for
 * its write timeout (5 s), says nothing, and goes on answering and counting: such a connection looks alive.
 *
 * <p>Either this process stood still, and then the timer here is late. Or the network stood still, and then the answer to a
 * question is late. A question every two seconds leaves no room for a standstill of five seconds between two of them. The
 * questions also keep the connection alive. Confined to the event loop.
 */
final class StallDetector {

    static final long TOO_LONG_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int TICKS_PER_QUESTION = 2;
    private final Timers timers;
    private final Timer timer = new Timer(this::tick);
    private final Watched watched;
    private boolean running;
    private long lastTick;
    private long lastRead;
    private int ticks;
    private @Nullable Question asked;

    /** The connection that is watched. */
    interface Watched {

        /** Asks the server something; {@link StallDetector#answered} is called with the answer. */
        void ask(Question question);

        /** Nothing was read for so long. Called at most once after a start. */
        void stoodStill(long nanos);
    }

    /** A question to the server, and the time at which it was asked. */
    record Question(long askedAt) {}

    StallDetector(Timers timers, Watched watched) {
        this.timers = timers;
        this.watched = watched;
    }

    void start() {
        running = true;
        asked = null;
        ticks = 0;
        lastTick = timers.now();
        lastRead = lastTick;
        timers.start(timer, lastTick + TICK_NANOS);
    }

    void stop() {
        running = false;
        asked = null;
        timers.stop(timer);
    }

    /** Something is read. After a standstill the signals that were held back come before the answer to a question. */
    void read() {
        long now = timers.now();
        if (asked != null) {
            reportIfTooLong(unansweredFor(asked, now));
        }
        lastRead = now;
    }

    /** The server has answered. */
    void answered(Question question) {
        if (asked == question) {
            asked = null;
            reportIfTooLong(unansweredFor(question, timers.now()));
        }
    }

    /** How long nothing was read since the question. */
    private long unansweredFor(Question question, long now) {
        return now - (lastRead - question.askedAt() > 0 ? lastRead : question.askedAt());
    }

    private void tick() {
        long now = timers.now();
        long stood = now - lastTick;
        lastTick = now;
        reportIfTooLong(stood);
        if (!running) {
            return;
        }
        timers.start(timer, now + TICK_NANOS);
        if (++ticks % TICKS_PER_QUESTION == 0 && asked == null) {
            Question question = new Question(now);
            asked = question;
            watched.ask(question);
        }
    }

    private void reportIfTooLong(long stood) {
        if (running && stood > TOO_LONG_NANOS) {
            stop();
            watched.stoodStill(stood);
        }
    }
}
