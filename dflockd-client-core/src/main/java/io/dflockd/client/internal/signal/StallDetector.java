package io.dflockd.client.internal.signal;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that nothing was read from a listening connection for too long. A server gives up pushing when a write has
 * waited for its write timeout (5 s), says nothing, and goes on answering and counting: such a connection looks alive.
 *
 * <p>Two things can have stood still. This process: then the watch's own timer is late. Or the network: then the answer
 * to a question is late, which is why it asks every two seconds; no standstill of five seconds fits between. The questions
 * also keep the connection alive. Confined to the event loop.
 */
final class StallDetector {

    static final long TOO_LONG_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int TICKS_PER_QUESTION = 2;

    private final ClientLoop loop;

    private final Timer timer = new Timer(this::tick);

    private final Watched watched;

    private @Nullable Connection connection;

    private long lastTick;

    private long lastRead;

    private int ticks;

    private @Nullable Question asked;

    /** Who is told. */
    interface Watched {

        /** Nothing was read for so long. Called once for a connection. */
        void stoodStill(Connection connection, long nanos);
    }

    StallDetector(ClientLoop loop, Watched watched) {
        this.loop = loop;
        this.watched = watched;
    }

    void start(Connection on) {
        connection = on;
        asked = null;
        ticks = 0;
        lastTick = loop.now();
        lastRead = lastTick;
        loop.timers().start(timer, lastTick + TICK_NANOS);
    }

    void stop() {
        connection = null;
        loop.timers().stop(timer);
    }

    /** Something is read. After a standstill the signals that were held back come before the answer to a question. */
    void read() {
        Connection current = connection;
        Question question = asked;
        long now = loop.now();
        if (current != null && question != null) {
            long stood = question.unansweredFor(now);
            if (stood > TOO_LONG_NANOS) {
                report(current, stood);
            }
        }
        lastRead = now;
    }

    private void tick() {
        Connection current = connection;
        if (current == null) {
            return;
        }
        long now = loop.now();
        long stood = now - lastTick;
        lastTick = now;
        if (stood > TOO_LONG_NANOS) {
            report(current, stood);
            return;
        }
        loop.timers().start(timer, now + TICK_NANOS);
        if (++ticks % TICKS_PER_QUESTION == 0 && asked == null) {
            Question question = new Question(current);
            asked = question;
            current.send(Requests.keepAlive(), question);
        }
    }

    private void report(Connection current, long stood) {
        stop();
        watched.stoodStill(current, stood);
    }

    private final class Question extends Exchange {

        @Override
        protected boolean toleratesError() {
            return true;
        }

        private final Connection on;

        Question(Connection on) {
            this.on = on;
        }

        @Override
        protected void answered(Reply reply) {
            if (connection != on) {
                return;
            }
            asked = null;
            long stood = unansweredFor(loop.now());
            if (stood > TOO_LONG_NANOS) {
                report(on, stood);
            }
        }

        /** How long nothing was read since it was asked. */
        private long unansweredFor(long now) {
            return now - (lastRead - sentAt() > 0 ? lastRead : sentAt());
        }

        @Override
        protected void failed(DflockdException cause) {}
    }
}
