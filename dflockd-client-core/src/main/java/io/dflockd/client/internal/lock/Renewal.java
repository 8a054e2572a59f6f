package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LossReason;
import io.dflockd.client.internal.loop.Timers;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one {@link Holding} alive while its owner wants it: renews at its part of the lease, again and again until the
 * deadline, and finds out when the deadline has passed, or that nobody has the handle any more. One timer serves all of it.
 * Confined to the event loop.
 */
final class Renewal extends Timers.Timer {

    private static final Logger logger = LoggerFactory.getLogger(Renewal.class);

    /** Renewals come up to this part earlier than asked for, so that those of many locks do not fall together. */
    private static final double JITTER = 0.1;

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Holding holding;

    private final LockRegister runtime;

    private final boolean enabled;

    private boolean outstanding;

    private long dueAt;

    private @Nullable List<CompletableFuture<Boolean>> requests;

    Renewal(Holding holding) {
        this.holding = holding;
        this.runtime = holding.runtime();
        this.enabled = holding.spec().renewal();
    }

    /**
     * Begins.
     *
     * @param confirmedAt when the request was sent that granted it
     * @param now when the grant was read
     * @param atOnce whether to renew at once
     */
    void begin(long confirmedAt, long now, boolean atOnce) {
        dueAt = dueAfter(confirmedAt);
        if (atOnce && enabled) {
            send();
        }
        schedule(now);
    }

    /** Stops, because the holding has ended; who asked for a renewal is told so. */
    void stop() {
        runtime.timers().stop(this);
        tellRequests(false);
    }

    /** Renews before its time, in place of a keep-alive; false if that would be no use. */
    boolean early() {
        if (!enabled || outstanding || holding.hasEnded()) {
            return false;
        }
        if (holding.releaseIfAbandoned()) {
            return true;
        }
        send();
        schedule();
        return true;
    }

    /** Renews because somebody asked. */
    void ask(CompletableFuture<Boolean> result) {
        if (!holding.isHeld()) {
            result.complete(false);
            return;
        }
        if (requests == null) {
            requests = new ArrayList<>(1);
        }
        requests.add(result);
        if (!outstanding) {
            send();
            schedule();
        }
    }

    @Override
    protected void expired() {
        if (!holding.isHeld()) {
            return;
        }
        long now = runtime.now();
        if (dueAt - now <= 0) {
            if (holding.releaseIfAbandoned()) {
                return;
            }
            if (!enabled) {
                dueAt = dueAfter(now);
            } else if (!outstanding) {
                send();
            }
        }
        schedule();
    }

    private long dueAfter(long confirmedAt) {
        double jitter = 1 - ThreadLocalRandom.current().nextDouble() * JITTER;
        return confirmedAt + (long) (holding.leaseNanos() * holding.spec().renewRatio() * jitter);
    }

    private void schedule() {
        schedule(runtime.now());
    }

    private void schedule(long now) {
        if (holding.hasEnded()) {
            return;
        }
        long at = now + Math.max(0, holding.remaining(now));
        if (!outstanding && dueAt - at < 0) {
            at = dueAt;
        }
        runtime.timers().start(this, at);
    }

    private void send() {
        outstanding = true;
        Reply.Grant grant = holding.grant();
        byte[] request = Requests.renew(holding.spec().target(), grant.token(), grant.leaseSeconds());
        holding.owner().connection().send(request, new Exchange() {
            @Override
            protected void answered(Reply reply) {
                Renewal.this.answered(reply, sentAt());
            }

            @Override
            protected void failed(DflockdException cause) {
                notConfirmed(cause);
            }
        });
    }

    private void answered(Reply reply, long sentAt) {
        outstanding = false;
        if (!holding.isHeld()) {
            return;
        }
        switch (reply.status()) {
            case "ok" -> confirmed(reply, sentAt);
            case "error_lease_expired" -> holding.lose(LossReason.LEASE_EXPIRED);
            case "error" -> holding.lose(LossReason.REJECTED);
            default -> tryAgain(reply.unexpected("a renewal"));
        }
    }

    private void confirmed(Reply reply, long sentAt) {
        long seconds;
        try {
            seconds = reply.renewedSeconds();
        } catch (DflockdProtocolException ex) {
            tryAgain(ex);
            return;
        }
        holding.confirmed(sentAt, seconds);
        dueAt = dueAfter(sentAt);
        tellRequests(true);
        if (runtime.events().isUsed()) {
            Subject subject = holding.subject();
            runtime.events().accept(listener -> listener.renewed(subject));
        }
        schedule();
    }

    private void tryAgain(DflockdException cause) {
        notConfirmed(cause);
        long now = runtime.now();
        dueAt = now + Math.max(SHORTEST_PAUSE_NANOS, holding.remaining(now) / 8);
        schedule();
    }

    private void notConfirmed(DflockdException cause) {
        outstanding = false;
        if (!holding.hasEnded()) {
            logger.debug(
                    "A renewal of {} was not confirmed", holding.spec().target().describe(), cause);
            Subject subject = holding.subject();
            runtime.events().accept(listener -> listener.renewalFailed(subject, cause));
        }
    }

    private void tellRequests(boolean renewed) {
        if (requests == null) {
            return;
        }
        for (CompletableFuture<Boolean> request : requests) {
            runtime.callBack(() -> request.complete(renewed));
        }
        requests = null;
    }
}
