package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Target;
import org.jspecify.annotations.Nullable;

/**
 * Turns the grants of one server into {@link Holding}s.
 *
 * <p>Only the server knows when it granted a request that blocked: between the send time of the request and its answer. So the
 * deadline counts from the send time. If that leaves less than half of the lease, the grant is renewed, and handed out only
 * once the renewal is confirmed. Confined to the event loop.
 */
final class GrantConfirmation {

    private final LockRegister register;
    private final ServerLocks server;

    GrantConfirmation(LockRegister register, ServerLocks server) {
        this.register = register;
        this.server = server;
    }

    /** The outcome of a grant; exactly one of {@link #owned} and {@link #gone} is called. */
    interface Outcome {

        /** What was asked for. */
        LockSpec spec();

        /** The client has it: it is registered and its renewal has started. */
        void owned(Holding holding);

        /** It was no longer valid or wanted, or could not be confirmed; then with the reason. */
        void gone(@Nullable DflockdException notConfirmed);

        /** Whether it is still wanted; otherwise it is released. */
        boolean wanted();
    }

    /** Takes a grant over, which the server made at {@code since} at the earliest. */
    void take(Reply reply, OwnedLocks owner, long since, Outcome outcome) {
        Reply.Grant grant = reply.grant(register.settings().fenceFromToken);
        if (outcome.spec().leaseSeconds() == 0) {
            server.sawDefaultLease(grant.leaseSeconds());
        }
        if (!outcome.wanted()) {
            giveUp(grant, owner, outcome, null);
            return;
        }
        long now = register.loop().now();
        long whole = whole(grant, owner);
        long left = left(grant, owner, since, now);
        if (left < whole / 2) {
            confirm(grant, owner, outcome);
        } else {
            own(grant, owner, since, now, grant.leaseSeconds(), left < whole - whole / 10, outcome);
        }
    }

    private static long whole(Reply.Grant grant, OwnedLocks owner) {
        return Math.min(
                Durations.ofSeconds(grant.leaseSeconds()), owner.connection().silenceNanos());
    }

    private static long left(Reply.Grant grant, OwnedLocks owner, long since, long now) {
        return Math.min(
                since + Durations.ofSeconds(grant.leaseSeconds()) - now,
                owner.connection().silenceDeadline() - now);
    }

    private void own(
            Reply.Grant grant,
            OwnedLocks owner,
            long since,
            long now,
            long renewedSeconds,
            boolean renewNow,
            Outcome outcome) {
        Holding holding = new Holding(server, owner, outcome.spec(), grant, now);
        holding.confirmed(since, grant.leaseSeconds(), renewedSeconds);
        holding.begin(since, now, renewNow);
        outcome.owned(holding);
    }

    private void giveUp(Reply.Grant grant, OwnedLocks owner, Outcome outcome, @Nullable DflockdException notConfirmed) {
        owner.release(outcome.spec().target(), grant.token(), confirmed -> {
            if (!confirmed) {
                releaseByToken(grant, owner, outcome);
            }
        });
        outcome.gone(notConfirmed);
    }

    /** Nobody else would release it. */
    private void releaseByToken(Reply.Grant grant, OwnedLocks owner, Outcome outcome) {
        if (server.keeps(owner)) {
            server.releaseByToken(outcome.spec().target(), grant, released -> {});
        }
    }

    private void confirm(Reply.Grant grant, OwnedLocks owner, Outcome outcome) {
        Exchange renewal =
                Exchange.of((reply, sentAt) -> confirmationAnswered(reply, sentAt, grant, owner, outcome), cause -> {
                    releaseByToken(grant, owner, outcome);
                    outcome.gone(cause);
                });
        owner.connection().send(Requests.renew(outcome.spec().target(), grant.token(), grant.leaseSeconds()), renewal);
    }

    private void confirmationAnswered(Reply reply, long sentAt, Reply.Grant grant, OwnedLocks owner, Outcome outcome) {
        long now = register.loop().now();
        switch (reply.status()) {
            case OK -> {
                long seconds = reply.renewedSeconds();
                if (!outcome.wanted()) {
                    giveUp(grant, owner, outcome, null);
                } else if (left(grant, owner, sentAt, now) >= whole(grant, owner) / 2) {
                    own(grant, owner, sentAt, now, seconds, false, outcome);
                } else {
                    confirm(grant, owner, outcome);
                }
            }
            case ERROR, ERROR_LEASE_EXPIRED -> {
                // The server no longer knows the token.
                owner.giveBack();
                outcome.gone(null);
            }
            // Neither confirmed nor refused: the server may still have it.
            default ->
                giveUp(grant, owner, outcome, notConfirmed(reply, outcome.spec().target()));
        }
    }

    private static DflockdException notConfirmed(Reply reply, Target target) {
        String subject = target.describe();
        return Refusals.of(reply, subject, () -> Refusals.unexpected(reply, subject));
    }
}
