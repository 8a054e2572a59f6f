package io.dflockd.client.internal.lock;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LossReason;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log and the client's listeners what becomes of holdings. Any thread. */
final class HoldingEvents {

    private static final Logger logger = LoggerFactory.getLogger(HoldingEvents.class);

    private HoldingEvents() {}

    static void suspended(Holding holding, LossReason reason) {
        log(
                holding,
                () -> logger.warn(
                        "{} is suspended ({}) until the server confirms that it still has it", what(holding), reason));
        tell(holding, (listener, subject) -> listener.suspended(subject, reason));
    }

    static void resumed(Holding holding, Duration after) {
        log(
                holding,
                () -> logger.info(
                        "{} is held again after {} ms: the server had kept it", what(holding), after.toMillis()));
        tell(holding, (listener, subject) -> listener.resumed(subject, after));
    }

    static void lost(Holding holding, LossReason reason) {
        log(holding, () -> logger.warn("{} was lost: {}", what(holding), reason));
        tell(holding, (listener, subject) -> listener.lost(subject, reason));
    }

    static void renewed(Holding holding) {
        if (holding.loop().events().wantsRoutineEvents()) {
            tell(holding, DflockdClientListener::renewed);
        }
    }

    static void renewalFailed(Holding holding, DflockdException cause) {
        if (logger.isDebugEnabled()) {
            log(holding, () -> logger.debug("A renewal of {} was not confirmed", what(holding), cause));
        }
        tell(holding, (listener, subject) -> listener.renewalFailed(subject, cause));
    }

    static void released(Holding holding, boolean confirmed) {
        if (!confirmed || holding.loop().events().wantsRoutineEvents()) {
            Duration held = holding.sinceGrant(holding.loop().now());
            tell(holding, (listener, subject) -> listener.released(subject, held, confirmed));
        }
    }

    /** Nobody waited for it. */
    static void releaseUnconfirmed(Holding holding) {
        log(
                holding,
                () -> logger.debug(
                        "The release of {} was not confirmed; it may stay taken until its connection or lease ends",
                        what(holding)));
        tell(holding, DflockdClientListener::releaseUnconfirmed);
    }

    /** A log line only: its owner has released it. */
    static void lostWhileKept(Holding holding, LossReason reason) {
        if (logger.isDebugEnabled()) {
            log(
                    holding,
                    () -> logger.debug(
                            "{}, which was kept until its minimum time is over, is free before: {}",
                            what(holding),
                            reason));
        }
    }

    static void abandoned(Holding holding) {
        log(
                holding,
                () -> logger.warn(
                        "A held handle of {} became garbage and is released now. Close every handle, best with"
                                + " try-with-resources",
                        what(holding)));
        tell(holding, DflockdClientListener::abandoned);
    }

    private static void tell(Holding holding, BiConsumer<DflockdClientListener, Subject> event) {
        if (holding.loop().events().isUsed()) {
            Subject subject = holding.spec().subject(holding.address());
            holding.loop().events().accept(listener -> event.accept(listener, subject));
        }
    }

    private static void log(Holding holding, Runnable line) {
        holding.loop().log(line);
    }

    private static String what(Holding holding) {
        return holding.spec().target().describe() + " on server " + holding.address();
    }
}
