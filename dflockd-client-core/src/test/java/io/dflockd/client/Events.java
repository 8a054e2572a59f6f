package io.dflockd.client;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Writes down what a client tells its listener, one word or two for each event. */
public final class Events implements DflockdClientListener {

    /** Takes an event as fast as it comes, however many there were. */
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    public List<String> all() {
        return List.copyOf(seen);
    }

    public long count(String start) {
        return seen.stream().filter(event -> event.startsWith(start)).count();
    }

    @Override
    public void acquired(Subject subject, Duration waited) {
        seen.add("acquired " + subject.key());
    }

    @Override
    public void timedOut(Subject subject, Duration waited) {
        seen.add("timedOut " + subject.key());
    }

    @Override
    public void acquireFailed(Subject subject, Throwable cause) {
        seen.add("acquireFailed " + subject.key() + " " + cause.getClass().getSimpleName());
    }

    @Override
    public void released(Subject subject, Duration held, boolean confirmed) {
        seen.add("released " + subject.key() + " " + confirmed);
    }

    @Override
    public void releaseUnconfirmed(Subject subject) {
        seen.add("releaseUnconfirmed " + subject.key());
    }

    @Override
    public void lost(Subject subject, LossReason reason) {
        seen.add("lost " + subject.key() + " " + reason);
    }

    @Override
    public void suspended(Subject subject, LossReason reason) {
        seen.add("suspended " + subject.key() + " " + reason);
    }

    @Override
    public void resumed(Subject subject, Duration after) {
        seen.add("resumed " + subject.key());
    }

    @Override
    public void renewed(Subject subject) {
        seen.add("renewed " + subject.key());
    }

    @Override
    public void renewalFailed(Subject subject, Throwable cause) {
        seen.add("renewalFailed " + subject.key());
    }

    @Override
    public void abandoned(Subject subject) {
        seen.add("abandoned " + subject.key());
    }

    @Override
    public void connected(ServerAddress server, boolean reconnect) {
        seen.add("connected " + (reconnect ? "again" : "first"));
    }

    @Override
    public void disconnected(ServerAddress server, @Nullable DflockdException cause) {
        seen.add("disconnected "
                + (cause == null ? "on purpose" : cause.getClass().getSimpleName()));
    }

    @Override
    public void connectFailed(ServerAddress server, DflockdException cause) {
        seen.add("connectFailed " + cause.getClass().getSimpleName());
    }
}
