package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.wire.Reply;
import java.util.function.Consumer;

/**
 * One request on a connection and its answer: exactly one of {@link #answered} and {@link #failed} is called, on the event
 * loop.
 */
public abstract class Exchange {

    private long sentAt;
    private long allowedSilence;

    /** The time at which the request was queued for sending, before it left; deadlines count from it. */
    public final long sentAt() {
        return sentAt;
    }

    final boolean blocks() {
        return allowedSilence > 0;
    }

    /** Until when the server may be silent because it was asked to wait. */
    final long silentUntil() {
        return sentAt + allowedSilence;
    }

    final void sent(long now, long maySilentlyTake) {
        this.sentAt = now;
        this.allowedSilence = maySilentlyTake;
    }

    /** The server has spoken: it may not be silent any longer. */
    final void waitIsOver() {
        allowedSilence = 0;
    }

    /**
     * Whether a plain {@code error} needs no confirmation that it is an answer. A server also sends {@code error} before it
     * closes a connection; only requests that fare the same in both cases may return true.
     */
    protected boolean toleratesError() {
        return false;
    }

    protected abstract void answered(Reply reply);

    /** No answer will come: the connection has ended. The server may or may not have seen the request. */
    protected abstract void failed(DflockdException cause);

    /** Gets an answer and the send time of its request. */
    public interface Answered {

        void accept(Reply reply, long sentAt);
    }

    /** An exchange that passes its outcome on. */
    public static Exchange of(Answered answered, Consumer<DflockdException> failed) {
        return of(false, answered, failed);
    }

    /** As {@link #of}, for a request that {@linkplain #toleratesError() tolerates} a plain {@code error}. */
    public static Exchange tolerant(Answered answered, Consumer<DflockdException> failed) {
        return of(true, answered, failed);
    }

    /** An exchange whose outcome does not matter. */
    public static Exchange ignored() {
        return tolerant((reply, sentAt) -> {}, cause -> {});
    }

    private static Exchange of(boolean tolerant, Answered answered, Consumer<DflockdException> failed) {
        return new Exchange() {
            @Override
            protected boolean toleratesError() {
                return tolerant;
            }

            @Override
            protected void answered(Reply reply) {
                answered.accept(reply, sentAt());
            }

            @Override
            protected void failed(DflockdException cause) {
                failed.accept(cause);
            }
        };
    }
}
