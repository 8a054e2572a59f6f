package io.dflockd.client.internal.leader;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LeaderElection;
import io.dflockd.client.LeaderElectionBuilder;
import io.dflockd.client.RevocationReason;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The elections of one client, at most one for each role. Any thread may call it. */
public final class Elections {

    private final Map<String, Election> running = new ConcurrentHashMap<>();
    private final ElectionHost host;

    public Elections(ElectionHost host) {
        this.host = host;
    }

    /** The settings of an election that is not started. */
    public LeaderElectionBuilder of(String role) {
        return ElectionSettings.of(this, role);
    }

    LeaderElection start(ElectionSettings settings) {
        host.requireOpen();
        Election election = new Election(host, settings);
        if (running.putIfAbsent(settings.role(), election) != null) {
            throw new InvalidArgumentException("role '" + settings.role()
                    + "' has an election in this client already; use that one, or close it first");
        }
        election.ask();
        return election;
    }

    void over(Election election) {
        running.remove(election.role(), election);
    }

    /** Whether the current thread runs a callback of one of them. A close waits for those. */
    public boolean isCallbackThread() {
        return running.values().stream()
                .anyMatch(election -> election.callbacks().isCurrentThread());
    }

    /** Of a client that is closing: ends all elections. Returns when leaders have given up, in bounded time. */
    public void close() {
        List<Election> open = List.copyOf(running.values());
        open.forEach(election -> election.end(RevocationReason.CLIENT_CLOSED));
        long ended = System.nanoTime();
        open.forEach(election -> election.awaitClosed(ended));
    }
}
