package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import org.jspecify.annotations.Nullable;

/**
 * Turns the server's grant into a {@link Holding}.
 *
 * <p>A request that blocked was granted at a moment that only the server knows: at the latest when it answered, at the
 * earliest when the request was sent. So the deadline counts from the sending, and where that leaves less than half of it,
 * the grant is renewed and handed out only once that is confirmed. Confined to the event loop.
 */
final class GrantConfirmation {

    private final LockRegister runtime;

    private final ServerLocks server;

    private final LockSpec spec;

    GrantConfirmation(LockRegister runtime, ServerLocks server, LockSpec spec) {
        this.runtime = runtime;
        this.server = server;
        this.spec = spec;
    }

    /** What becomes of a grant; exactly one method is called. */
    interface Outcome {

        /** It is ours, and in care. */
        void owned(Holding holding);

        /** It was not ours any more, or could not be confirmed. */
        void gone(@Nullable DflockdException connectionFailure);

        /** Whether somebody still wants it; else it is released. */
        boolean wanted();
    }

    /**
     * Takes a grant over.
     *
     * @param since the earliest moment at which it may have been granted
     */
    void take(Reply reply, OwnedLocks owner, long since, Outcome outcome) {
        Reply.Grant grant = reply.grant(runtime.options().fenceFromToken());
        if (spec.leaseSeconds() == 0) {
            server.sawDefaultLease(grant.leaseSeconds());
        }
        if (!outcome.wanted()) {
            owner.release(spec.target(), grant.token(), confirmed -> {});
            outcome.gone(null);
            return;
        }
        long now = runtime.now();
        long whole = whole(grant, owner);
        long left = left(grant, owner, since, now);
        if (left < whole / 2) {
            confirm(grant, owner, outcome);
            return;
        }
        Holding holding = new Holding(runtime, server, owner, spec, grant, since, now);
        holding.begin(since, now, left < whole - whole / 10);
        outcome.owned(holding);
    }

    private static long whole(Reply.Grant grant, OwnedLocks owner) {
        return Math.min(Holding.nanos(grant.leaseSeconds()), owner.connection().silenceNanos());
    }

    private static long left(Reply.Grant grant, OwnedLocks owner, long since, long now) {
        return Math.min(
                since + Holding.nanos(grant.leaseSeconds()) - now,
                owner.connection().silenceDeadline() - now);
    }

    private void confirm(Reply.Grant grant, OwnedLocks owner, Outcome outcome) {
        owner.connection().send(Requests.renew(spec.target(), grant.token(), grant.leaseSeconds()), new Exchange() {
            @Override
            protected void answered(Reply reply) {
                long now = runtime.now();
                if (!reply.is("ok")) {
                    owner.giveBack();
                    outcome.gone(null);
                } else if (!outcome.wanted()) {
                    owner.release(spec.target(), grant.token(), confirmed -> {});
                    outcome.gone(null);
                } else if (left(grant, owner, sentAt(), now) >= whole(grant, owner) / 2) {
                    Holding holding = new Holding(runtime, server, owner, spec, grant, sentAt(), now);
                    holding.begin(sentAt(), now, false);
                    outcome.owned(holding);
                } else {
                    confirm(grant, owner, outcome);
                }
            }

            @Override
            protected void failed(DflockdException cause) {
                outcome.gone(cause);
            }
        });
    }
}
