package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LossReason;
import io.dflockd.client.internal.loop.ClientLoop;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews one {@link Holding} while it is held or kept: at its part of the lease, again after failures until the deadline. Its
 * timer also finds out that the deadline or an at-least has passed, or that nobody has the handle any more. Confined to the event
 * loop.
 */
final class Renewal {

    private static final Logger logger = LoggerFactory.getLogger(Renewal.class);
    /** Renewals are sent up to this part earlier than configured, so that those of many locks spread out. */
    private static final double JITTER = 0.1;

    private final Holding holding;
    private final ClientLoop loop;
    private boolean outstanding;
    private long dueAt;
    private @Nullable List<CompletableFuture<Boolean>> requests;

    Renewal(Holding holding) {
        this.holding = holding;
        this.loop = holding.loop();
    }

    /** Begins, with the send time of the request that granted it. */
    void begin(long confirmedAt, long now, boolean atOnce) {
        dueAt = dueAfter(confirmedAt);
        if (atOnce && isEnabled()) {
            send();
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
            send();
        }
        schedule();
    }

    /** The holding may end at another time. */
    void limitsChanged() {
        schedule();
    }

    /** Ends outstanding requests for a renewal, because the holding has ended. */
    void stop() {
        completeRequests(false);
    }

    /** Renews before its time, in place of a keep-alive; false if that is of no use. */
    boolean early() {
        if (!isEnabled() || outstanding || holding.hasEnded()) {
            return false;
        }
        if (holding.releaseIfAbandoned()) {
            return true;
        }
        send();
        schedule();
        return true;
    }

    /** Renews at the request of a caller. The result is completed on the event loop, at the latest when the holding ends. */
    void ask(CompletableFuture<Boolean> result) {
        ask(result, holding.grant().leaseSeconds());
    }

    /** Sets another lease and renews. If a renewal with the former lease is outstanding, another one follows its answer. */
    void ask(CompletableFuture<Boolean> result, long leaseSeconds) {
        if (!holding.isHeld() && !holding.isSuspended()) {
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
            send();
            schedule();
        }
    }

    /** Goes on after a suspension, which a renewal with the given lease has ended. */
    void resume(long confirmedAt, long confirmedSeconds) {
        dueAt = dueAfter(confirmedAt);
        if (confirmedSeconds == holding.grant().leaseSeconds()) {
            completeRequests(true);
        } else {
            send();
        }
        schedule();
    }

    void due() {
        if (!holding.isOwned()) {
            return;
        }
        long now = loop.now();
        if (dueAt - now <= 0) {
            if (holding.releaseIfAbandoned()) {
                return;
            }
            if (!isEnabled()) {
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
        schedule(loop.now());
    }

    private void schedule(long now) {
        if (holding.hasEnded()) {
            return;
        }
        long at = now + Math.max(0, holding.remaining(now));
        if (!outstanding && dueAt - at < 0) {
            at = dueAt;
        }
        holding.startTimer(at);
    }

    private void send() {
        outstanding = true;
        Reply.Grant grant = holding.grant();
        long seconds = grant.leaseSeconds();
        byte[] request = Requests.renew(holding.spec().target(), grant.token(), seconds);
        holding.times().asked(loop.now(), seconds);
        holding.owner()
                .connection()
                .send(request, Exchange.of((reply, sentAt) -> answered(reply, sentAt, seconds), this::notConfirmed));
    }

    private void answered(Reply reply, long sentAt, long askedSeconds) {
        outstanding = false;
        if (!holding.isOwned()) {
            return;
        }
        switch (reply.status()) {
            case OK -> confirmed(reply, sentAt, askedSeconds);
            case ERROR_LEASE_EXPIRED -> holding.gone(LossReason.LEASE_EXPIRED);
            case ERROR -> holding.gone(LossReason.REJECTED);
            default -> tryAgain(Refusals.of(reply, holding.spec().target()));
        }
    }

    private void confirmed(Reply reply, long sentAt, long askedSeconds) {
        long seconds;
        try {
            seconds = reply.renewedSeconds();
        } catch (DflockdProtocolException ex) {
            tryAgain(ex);
            return;
        }
        holding.times().confirmed(sentAt, askedSeconds, seconds);
        dueAt = dueAfter(sentAt);
        if (askedSeconds == holding.grant().leaseSeconds()) {
            completeRequests(true);
        } else {
            send();
        }
        if (loop.events().wantsRoutineEvents()) {
            Subject subject = holding.subject();
            loop.events().accept(listener -> listener.renewed(subject));
        }
        schedule();
    }

    private void tryAgain(DflockdException cause) {
        notConfirmed(cause);
        long now = loop.now();
        dueAt = now + RetryDelay.ofRenewal(holding.remaining(now));
        schedule();
    }

    private void notConfirmed(DflockdException cause) {
        outstanding = false;
        if (!holding.hasEnded()) {
            if (logger.isDebugEnabled()) {
                loop.log(() -> logger.debug(
                        "A renewal of {} was not confirmed",
                        holding.spec().target().describe(),
                        cause));
            }
            Subject subject = holding.subject();
            loop.events().accept(listener -> listener.renewalFailed(subject, cause));
        }
    }

    private void completeRequests(boolean renewed) {
        if (requests == null) {
            return;
        }
        List<CompletableFuture<Boolean>> completed = requests;
        requests = null;
        completed.forEach(request -> request.complete(renewed));
    }
}
