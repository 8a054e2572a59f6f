package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LossReason;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.loop.RetryDelay;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Renews one {@link Holding} while it is held or kept: at its part of the lease, again after failures until the deadline. Its
 * timer also finds out that the deadline or an at-least has passed, or that nobody has the handle any more. Confined to the event
 * loop.
 */
final class Renewal {

    /** Renewals are sent up to this part earlier than configured, so that those of many locks spread out. */
    private static final double JITTER = 0.1;

    private final Holding holding;
    private boolean outstanding;
    private long dueAt;
    private @Nullable List<CompletableFuture<Boolean>> requests;

    Renewal(Holding holding) {
        this.holding = holding;
    }

    /** Begins, with the send time of the request that granted it. */
    void begin(long confirmedAt, long now, boolean atOnce) {
        dueAt = confirmedAt + partOf(holding.confirmedNanos(confirmedAt));
        if (atOnce && isEnabled()) {
            send(now);
        }
        schedule(now);
    }

    /** What is kept after its release is renewed in any case, and nothing without a connection. */
    private boolean isEnabled() {
        return (holding.spec().renewal() || holding.isKept()) && !holding.isWithoutConnection();
    }

    /** The holding has been released and is kept. */
    void keep() {
        completeRequests(false);
        if (!holding.spec().renewal() && isEnabled() && !outstanding) {
            sendNow();
        } else {
            schedule();
        }
    }

    /** Renews before its time, in place of a keep-alive; false if that is of no use. */
    boolean early() {
        if (!isEnabled() || outstanding || !holding.isHeldOrKept()) {
            return false;
        }
        if (holding.releaseIfAbandoned()) {
            return true;
        }
        sendNow();
        return true;
    }

    /**
     * Renews at the request of a caller, with this lease from now on. If a renewal with another lease is outstanding, one more
     * follows its answer. The result is completed on the event loop, at the latest when the holding ends.
     */
    void ask(CompletableFuture<Boolean> result, long leaseSeconds) {
        if (!Holding.isHeldOrSuspended(holding.state())) {
            result.complete(false);
            return;
        }
        if (leaseSeconds != holding.grant().leaseSeconds()) {
            holding.leaseSeconds(leaseSeconds);
        }
        if (requests == null) {
            requests = new ArrayList<>(1);
        }
        requests.add(result);
        if (!outstanding && holding.isHeld()) {
            sendNow();
        }
    }

    void due() {
        long now = now();
        if (!holding.isOwned(now)) {
            return;
        }
        if (dueAt - now <= 0) {
            if (holding.releaseIfAbandoned()) {
                return;
            }
            if (!isEnabled()) {
                dueAt = now + partOf(Durations.ofSeconds(holding.grant().leaseSeconds()));
            } else if (!outstanding) {
                send(now);
            }
        }
        schedule(now);
    }

    private long now() {
        return holding.loop().now();
    }

    /** The part of a lease after which it is renewed. */
    private long partOf(long leaseNanos) {
        double jitter = 1 - ThreadLocalRandom.current().nextDouble() * JITTER;
        return (long) (leaseNanos * holding.spec().renewRatio() * jitter);
    }

    /** Starts the timer, because the next renewal is due or the holding ends at another time. */
    void schedule() {
        schedule(now());
    }

    private void schedule(long now) {
        if (!holding.isHeldOrKept()) {
            return;
        }
        long at = now + Math.max(0, holding.remaining(now));
        if (!outstanding && dueAt - at < 0) {
            at = dueAt;
        }
        holding.startTimer(at);
    }

    private void sendNow() {
        long now = now();
        send(now);
        schedule(now);
    }

    private void send(long now) {
        outstanding = true;
        Reply.Grant grant = holding.grant();
        long seconds = grant.leaseSeconds();
        byte[] request = Requests.renew(holding.spec().target(), grant.token(), seconds);
        holding.asked(now, seconds);
        // Not by Exchange.of: there are very many renewals, and this is two objects less.
        holding.owner().connection().send(request, new Exchange() {
            @Override
            protected void answered(Reply reply) {
                Renewal.this.answered(reply, sentAt(), seconds);
            }

            @Override
            protected void failed(DflockdException cause) {
                notConfirmed(cause);
            }
        });
    }

    private void answered(Reply reply, long sentAt, long askedSeconds) {
        outstanding = false;
        long now = now();
        if (!holding.isOwned(now)) {
            return;
        }
        switch (reply.status()) {
            case OK -> confirmed(reply, sentAt, askedSeconds, now);
            case ERROR_LEASE_EXPIRED -> holding.gone(LossReason.LEASE_EXPIRED);
            case ERROR -> holding.gone(LossReason.REJECTED);
            default -> tryAgain(Refusals.of(reply, holding.spec().target()), now);
        }
    }

    private void confirmed(Reply reply, long sentAt, long askedSeconds, long now) {
        try {
            holding.confirmed(sentAt, askedSeconds, reply.renewedSeconds());
        } catch (DflockdProtocolException ex) {
            tryAgain(ex, now);
            return;
        }
        HoldingEvents.renewed(holding);
        confirmed(sentAt, askedSeconds, now);
    }

    /** Goes on after a renewal with this lease, which may have ended a suspension. */
    void confirmed(long sentAt, long askedSeconds, long now) {
        dueAt = sentAt + partOf(holding.confirmedNanos(sentAt));
        if (askedSeconds == holding.grant().leaseSeconds()) {
            completeRequests(true);
        } else {
            send(now);
        }
        schedule(now);
    }

    private void tryAgain(DflockdException cause, long now) {
        notConfirmed(cause);
        dueAt = now + RetryDelay.ofRenewal(holding.remaining(now));
        schedule(now);
    }

    private void notConfirmed(DflockdException cause) {
        outstanding = false;
        if (holding.isHeldOrKept()) {
            HoldingEvents.renewalFailed(holding, cause);
        }
    }

    /** Completes the requests of callers: with a renewal, or because the holding has ended. */
    void completeRequests(boolean renewed) {
        if (requests == null) {
            return;
        }
        List<CompletableFuture<Boolean>> completed = requests;
        requests = null;
        completed.forEach(request -> request.complete(renewed));
    }
}
