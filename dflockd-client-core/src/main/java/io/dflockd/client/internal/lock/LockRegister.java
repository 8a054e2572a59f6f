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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The acquisitions, queue places and holdings of one client that are under way, for snapshots and for the close. Confined to
 * the event loop.
 */
public final class LockRegister {

    private static final Logger logger = LoggerFactory.getLogger(LockRegister.class);

    private final ClientLoop loop;
    private final ClientSettings settings;
    private final Set<Acquisition> acquisitions = new HashSet<>();
    private final Set<QueuePlace> places = new HashSet<>();
    /** Connections that own something. */
    private final Set<OwnedLocks> owners = new HashSet<>();
    /** Holdings whose end the server has not confirmed. */
    private int open;
    /** Those whose connection has ended. No owner has them. */
    private final Set<Holding> suspended = new HashSet<>();
    /** Those that are kept after their release until their at-least is over. */
    private final Set<Holding> kept = new HashSet<>();
    /** Those that no owner has any more: they are kept, or released by their token for as long as that takes. */
    private final Set<Holding> leaving = new HashSet<>();

    private @Nullable CompletableFuture<Void> drained;
    private @Nullable CompletableFuture<Void> told;
    private @Nullable CompletableFuture<Void> noneKept;

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

    /** A holding has begun; {@link #over} follows once. */
    void begun() {
        open++;
    }

    void suspends(Holding holding) {
        suspended.add(holding);
    }

    void suspendsNoMore(Holding holding) {
        suspended.remove(holding);
    }

    /** A holding has been released and is kept; {@link #over} follows once. */
    void keeps(Holding holding) {
        kept.add(holding);
        leaves(holding);
    }

    /** A holding is not held any more, and the server may hear of it late; {@link #over} follows once. */
    void leaves(Holding holding) {
        leaving.add(holding);
        completeClose();
    }

    void over(Holding holding) {
        open--;
        kept.remove(holding);
        leaving.remove(holding);
        completeClose();
    }

    private void completeClose() {
        if (drained != null && open == leaving.size()) {
            drained.complete(null);
        }
        if (told != null && open == kept.size()) {
            told.complete(null);
        }
        if (noneKept != null && kept.isEmpty()) {
            noneKept.complete(null);
        }
    }

    /** Of a closed client: fails what waits. Completes when nothing is held any more. */
    public CompletableFuture<Void> drain() {
        loop.forEach(List.copyOf(acquisitions), acquisition -> acquisition.fail(ClientLoop.closedException()));
        loop.forEach(List.copyOf(places), place -> place.end(ClientLoop.closedException()));
        drained = new CompletableFuture<>();
        completeClose();
        return drained;
    }

    /** Completes when nothing is kept any more. */
    public CompletableFuture<Void> whenNoneKept() {
        noneKept = new CompletableFuture<>();
        completeClose();
        return noneKept;
    }

    /** Releases what is still kept. Completes when the server has been told, if it has to be. */
    public CompletableFuture<Void> releaseKept() {
        if (!kept.isEmpty()) {
            int count = kept.size();
            loop.log(() -> logger.info(
                    "The client is closing and releases {} kept locks and slots before their minimum time (withHoldAtLeast)"
                            + " is over; holdAtLeastOnClose is {}",
                    count,
                    settings.holdAtLeastOnClose));
            loop.forEach(List.copyOf(kept), HoldingEnd::releaseKept);
        }
        return settings.serverAutoRelease ? CompletableFuture.completedFuture(null) : whenNoneKept();
    }

    /** Loses everything that is still held. Completes when the server has been told, if it has to be. */
    public CompletableFuture<Void> loseAll() {
        List.copyOf(owners).forEach(owner -> owner.forEach(holding -> holding.lose(LossReason.CLIENT_CLOSED)));
        loop.forEach(List.copyOf(suspended), holding -> holding.lose(LossReason.CLIENT_CLOSED));
        told = new CompletableFuture<>();
        completeClose();
        return settings.serverAutoRelease ? CompletableFuture.completedFuture(null) : told;
    }

    /** Everything that is held and waited for. */
    public ClientSnapshot snapshot(
            Map<ServerAddress, Integer> connections, List<ClientSnapshot.Subscription> subscriptions) {
        long now = loop.now();
        List<ClientSnapshot.Held> held = new ArrayList<>();
        owners.forEach(owner -> owner.forEach(holding -> holding.describe(now, held)));
        suspended.forEach(holding -> holding.describe(now, held));
        List<ClientSnapshot.Waiting> waiting = new ArrayList<>();
        acquisitions.forEach(acquisition -> waiting.add(acquisition.describe(now)));
        places.stream().filter(QueuePlace::isWaiting).forEach(place -> waiting.add(place.describe(now)));
        return new ClientSnapshot(held, waiting, connections, subscriptions);
    }
}
