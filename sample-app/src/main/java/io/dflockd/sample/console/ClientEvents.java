package io.dflockd.sample.console;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.sample.console.LogEntry.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes what the client reports into the event log, and counts renewals. */
class ClientEvents implements DflockdClientListener {

    private final EventLog log;

    private final Renewals renewals;

    ClientEvents(EventLog log, Renewals renewals) {
        this.log = log;
        this.renewals = renewals;
    }

    @Override
    public void acquired(Subject subject, Duration waited) {
        renewals.begin(subject.key());
        log.add(Kind.ACQUIRED, subject.key(), "acquired after " + Texts.seconds(waited));
    }

    @Override
    public void timedOut(Subject subject, Duration waited) {
        log.add(Kind.REFUSED, subject.key(), "was busy for " + Texts.seconds(waited));
    }

    @Override
    public void acquireFailed(Subject subject, Throwable cause) {
        log.add(Kind.REFUSED, subject.key(), "not acquired: " + Texts.reason(cause));
    }

    @Override
    public void released(Subject subject, Duration held, boolean confirmed) {
        renewals.end(subject.key());
        log.add(
                Kind.RELEASED,
                subject.key(),
                "released after " + Texts.seconds(held) + (confirmed ? "" : ", not confirmed by the server"));
    }

    @Override
    public void lost(Subject subject, LossReason reason) {
        renewals.end(subject.key());
        log.add(Kind.LOST, subject.key(), "lost: " + reason);
    }

    @Override
    public void suspended(Subject subject, LossReason reason) {
        log.add(Kind.LOST, subject.key(), "suspended: " + reason);
    }

    @Override
    public void resumed(Subject subject, Duration after) {
        log.add(Kind.ACQUIRED, subject.key(), "held again after " + Texts.seconds(after));
    }

    @Override
    public void renewed(Subject subject) {
        renewals.renewed(subject.key());
    }

    @Override
    public void renewalFailed(Subject subject, Throwable cause) {
        log.add(Kind.LOST, subject.key(), "renewal failed: " + Texts.reason(cause));
    }

    @Override
    public void disconnected(ServerAddress server, @Nullable DflockdException cause) {
        if (cause != null) {
            log.add(Kind.SERVER, server.toString(), "connection lost: " + Texts.reason(cause));
        }
    }
}
