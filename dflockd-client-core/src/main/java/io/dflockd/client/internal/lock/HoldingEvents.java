package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.LossReason;
import io.dflockd.client.internal.loop.ClientLoop;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log and the client's listeners what becomes of holdings. Any thread. */
final class HoldingEvents {

    private static final Logger logger = LoggerFactory.getLogger(HoldingEvents.class);

    private final ClientLoop loop;

    HoldingEvents(ClientLoop loop) {
        this.loop = loop;
    }

    void suspended(Holding holding, LossReason reason) {
        loop.log(() -> logger.warn(
                "{} on server {} is suspended ({}) until the server confirms that it still has it",
                what(holding),
                holding.address(),
                reason));
        tell(holding, (listener, subject) -> listener.suspended(subject, reason));
    }

    void resumed(Holding holding, Duration after) {
        loop.log(() -> logger.info(
                "{} on server {} is held again after {} ms: the server had kept it",
                what(holding),
                holding.address(),
                after.toMillis()));
        tell(holding, (listener, subject) -> listener.resumed(subject, after));
    }

    void lost(Holding holding, LossReason reason) {
        loop.log(() -> logger.warn("{} on server {} was lost: {}", what(holding), holding.address(), reason));
        tell(holding, (listener, subject) -> listener.lost(subject, reason));
    }

    void released(Holding holding, boolean confirmed) {
        if (confirmed ? loop.events().wantsRoutineEvents() : loop.events().isUsed()) {
            Duration held = holding.times().sinceGrant(loop.now());
            tell(holding, (listener, subject) -> listener.released(subject, held, confirmed));
        }
    }

    /** Nobody waited for it. */
    void releaseUnconfirmed(Holding holding) {
        loop.log(() -> logger.debug(
                "The release of {} was not confirmed by server {}; it may stay taken until its connection or lease ends",
                what(holding),
                holding.address()));
        tell(holding, (listener, subject) -> listener.releaseUnconfirmed(subject));
    }

    /** A log line only: its owner has released it. */
    void lostWhileKept(Holding holding, LossReason reason) {
        if (logger.isDebugEnabled()) {
            loop.log(() -> logger.debug(
                    "{} on server {}, which was kept until its minimum time is over, is free before: {}",
                    what(holding),
                    holding.address(),
                    reason));
        }
    }

    void abandoned(Holding holding) {
        loop.log(() -> logger.warn(
                "A held handle of {} on server {} became garbage and is released now. Close every handle, best with"
                        + " try-with-resources",
                what(holding),
                holding.address()));
        tell(holding, (listener, subject) -> listener.abandoned(subject));
    }

    private void tell(Holding holding, BiConsumer<DflockdClientListener, Subject> event) {
        Subject subject = holding.subject();
        loop.events().accept(listener -> event.accept(listener, subject));
    }

    private static String what(Holding holding) {
        return holding.spec().target().describe();
    }
}
