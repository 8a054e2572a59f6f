package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.settings.ClientSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The acquisitions, queue places and holdings of one client that are under way, for snapshots and for the close. Confined to
 * the event loop.
 */
final class LockRegister {

    private final ClientLoop loop;

    private final ClientSettings settings;

    private final Set<Acquisition> acquisitions = new HashSet<>();

    private final Set<QueuePlace> places = new HashSet<>();

    /** Connections that own something. */
    private final Set<OwnedLocks> owners = new HashSet<>();

    /** Holdings of which the server has to hear something: they are held, or their release is under way. */
    private int open;

    private @Nullable CompletableFuture<Void> drained;

    LockRegister(ClientLoop loop, ClientSettings settings) {
        this.loop = loop;
        this.settings = settings;
    }

    ClientLoop loop() {
        return loop;
    }

    ClientSettings settings() {
        return settings;
    }

    void begun(Acquisition acquisition) {
        if (loop.isClosed()) {
            acquisition.fail(ClientLoop.closedException());
        } else {
            acquisitions.add(acquisition);
        }
    }

    void over(Acquisition acquisition) {
        acquisitions.remove(acquisition);
    }

    void begun(QueuePlace place) {
        if (loop.isClosed()) {
            place.end(ClientLoop.closedException());
        } else {
            places.add(place);
        }
    }

    void over(QueuePlace place) {
        places.remove(place);
    }

    void owns(OwnedLocks owner) {
        owners.add(owner);
    }

    void ownsNothing(OwnedLocks owner) {
        owners.remove(owner);
    }

    /** A holding has begun; {@link #over()} follows once. */
    void begun() {
        open++;
    }

    void over() {
        open--;
        if (drained != null && open == 0) {
            drained.complete(null);
        }
    }

    /** Of a closed client: fails what waits. Completes when nothing is held any more. */
    CompletableFuture<Void> drain() {
        List.copyOf(acquisitions).forEach(acquisition -> acquisition.fail(ClientLoop.closedException()));
        List.copyOf(places).forEach(place -> place.end(ClientLoop.closedException()));
        drained = new CompletableFuture<>();
        if (open == 0) {
            drained.complete(null);
        }
        return drained;
    }

    /** Loses everything that is still held. Completes when the server has been told, if it has to be. */
    CompletableFuture<Void> loseAll() {
        List.copyOf(owners).forEach(owner -> owner.forEach(holding -> holding.lose(LossReason.CLIENT_CLOSED)));
        if (drained == null || settings.serverAutoRelease) {
            return CompletableFuture.completedFuture(null);
        }
        return drained;
    }

    ClientSnapshot snapshot(Map<ServerAddress, Integer> connections, List<ClientSnapshot.Subscription> subscriptions) {
        long now = loop.now();
        List<ClientSnapshot.Held> held = new ArrayList<>();
        owners.forEach(owner -> owner.forEach(holding -> holding.describe(now, held)));
        List<ClientSnapshot.Waiting> waiting = new ArrayList<>(acquisitions.size());
        for (Acquisition acquisition : acquisitions) {
            waiting.add(acquisition.describe(now));
        }
        return new ClientSnapshot(held, waiting, connections, subscriptions);
    }
}
