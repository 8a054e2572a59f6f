package io.dflockd.client.internal.lock;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossReason;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.BorrowedConnection;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Status;
import io.dflockd.client.internal.wire.Target;
import java.util.concurrent.TimeUnit;

/**
 * One request on a borrowed connection that the server may block until there is a grant ({@code l}, {@code w} and their
 * semaphore forms). The only code that knows how such a request may end: it returns the connection to the pool, hands it over
 * with the grant, or closes it. Confined to the event loop.
 */
final class BlockingRequest extends Exchange {

    /** How long an answer may come after the server's own timeout, before the connection of a withdrawn request is closed. */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LockRegister register;
    private final BorrowedConnection borrowed;
    private final Target target;
    private final Outcome outcome;
    private long wireDeadline;
    private boolean over;
    private final Timer runsOut = new Timer(this::closeUnanswered);

    /** The outcome; exactly one method is called, also after {@link #withdraw()}. */
    interface Outcome {

        /** The server granted it; the connection now belongs to the grant. */
        void granted(Reply reply, OwnedLocks owner, long sentAt);

        /** The server's timeout is over. */
        void timedOut();

        /** The server refused; the connection has been returned or closed. */
        void refused(Status status, DflockdException why);

        /** The connection ended without an answer. */
        void lost(DflockdException cause);
    }

    BlockingRequest(LockRegister register, BorrowedConnection borrowed, Target target, Outcome outcome) {
        this.register = register;
        this.borrowed = borrowed;
        this.target = target;
        this.outcome = outcome;
    }

    /** The whole seconds that a server is asked to wait, at least one. */
    static long seconds(long nanos) {
        return Math.max(1, (nanos + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1));
    }

    /** Sends it, once, with the timeout that is in the request. */
    void send(byte[] request, long seconds) {
        long nanos = Durations.ofSeconds(seconds);
        wireDeadline = register.loop().now() + nanos;
        borrowed.connection().send(request, this, nanos);
    }

    /**
     * Nobody waits any more. A request that soon runs out, or that the server would keep, is left alone; a grant that still
     * comes is reported as always. Another one is ended by closing its connection. Does nothing after the outcome.
     */
    void withdraw() {
        if (over || !borrowed.connection().isOpen()) {
            return;
        }
        ClientLoop loop = register.loop();
        if (register.settings().runsOut(wireDeadline - loop.now())) {
            loop.timers().start(runsOut, wireDeadline + LATE_NANOS);
        } else {
            borrowed.connection().close();
        }
    }

    private void closeUnanswered() {
        borrowed.connection().close();
    }

    @Override
    protected void answered(Reply reply) {
        end();
        switch (reply.status()) {
            case OK -> outcome.granted(reply, OwnedLocks.onBorrowed(register, borrowed), sentAt());
            case TIMEOUT -> {
                borrowed.giveBack();
                outcome.timedOut();
            }
            case ERROR -> {
                // What is sent breaks no rule: the server is shutting down, and answers its waiters so.
                outcome.refused(
                        Status.ERROR,
                        new ConnectionClosedException("server " + reply.server() + " ended the wait for "
                                + target.describe() + " with a plain 'error', as it does when it shuts down"));
                borrowed.connection().close();
            }
            case ERROR_LEASE_EXPIRED, ERROR_NOT_ENQUEUED -> {
                // It was granted, and the lease ran out before the server could say so.
                borrowed.giveBack();
                outcome.refused(reply.status(), new LockLostException(target.key(), LossReason.LEASE_EXPIRED));
            }
            default -> {
                DflockdException why = Refusals.of(reply, target);
                // First the outcome: the end of the connection, if it is closed, is none.
                outcome.refused(reply.status(), why);
                borrowed.giveBackAfter(why);
            }
        }
    }

    @Override
    protected void failed(DflockdException cause) {
        end();
        outcome.lost(cause);
    }

    private void end() {
        over = true;
        register.loop().timers().stop(runsOut);
    }
}
