package io.dflockd.sample.console;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes snapshots, one at a time. A caller that asks meanwhile gets the one that is under way. */
@Component
class Snapshots {

    private final Servers servers;

    private final Peers peers;

    private final OwnState ownState;

    private final Handles handles;

    private final AtomicReference<@Nullable CompletableFuture<Snapshot>> underWay = new AtomicReference<>();

    Snapshots(Servers servers, Peers peers, OwnState ownState, Handles handles) {
        this.servers = servers;
        this.peers = peers;
        this.ownState = ownState;
        this.handles = handles;
    }

    /** Completed within the time that the servers and instances are given, some seconds. */
    CompletableFuture<Snapshot> take() {
        CompletableFuture<Snapshot> mine = new CompletableFuture<>();
        CompletableFuture<Snapshot> other = underWay.compareAndExchange(null, mine);
        if (other != null) {
            return other.copy();
        }
        start().whenComplete((snapshot, failure) -> {
            underWay.set(null);
            if (failure == null) {
                mine.complete(snapshot);
            } else {
                mine.completeExceptionally(failure);
            }
        });
        return mine.copy();
    }

    private CompletableFuture<Snapshot> start() {
        try {
            return servers.ask().thenCombine(peers.ask(), this::combine);
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    private Snapshot combine(List<ServerState> answers, List<InstanceState> others) {
        InstanceState self = ownState.now();
        return new Snapshot(self, others, answers, KeyTable.rows(answers, self, others), handles.rows());
    }
}
