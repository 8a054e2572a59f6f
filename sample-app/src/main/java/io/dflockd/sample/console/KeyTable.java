package io.dflockd.sample.console;

import io.dflockd.client.ServerStats;
import io.dflockd.sample.console.KeyRow.Holder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what the servers count and what the instances say of themselves. A server tells how many wait for a key and not
 * who; an instance knows for how long it has waited, which gives the order. The parts were asked for one after the other, so
 * they may disagree for a moment; of two instances that say they hold a lock, the younger holder is right.
 */
final class KeyTable {

    /** What somebody wants or looks at comes first. */
    private static final Comparator<KeyRow> ORDER = Comparator.comparing(
                    (KeyRow row) -> !row.own() && row.queue().isEmpty())
            .thenComparing(KeyRow::key)
            .thenComparing(KeyRow::kind);

    private record Id(String kind, String key) {}

    /** What a server says of a key. */
    private record Count(
            long limit,
            long holders,
            long waiters,
            long connection,
            @Nullable Long leaseMillis) {}

    private record Claim(InstanceState instance, long millis) {}

    private final String self;

    private final Map<Id, Count> counts = new LinkedHashMap<>();

    private final Map<Id, List<Claim>> held = new LinkedHashMap<>();

    private final Map<Id, List<Claim>> waiting = new LinkedHashMap<>();

    private KeyTable(String self) {
        this.self = self;
    }

    static List<KeyRow> rows(List<ServerState> servers, InstanceState self, List<InstanceState> others) {
        KeyTable table = new KeyTable(self.id());
        servers.forEach(table::add);
        table.add(self);
        others.forEach(table::add);
        return table.rows();
    }

    private void add(ServerState server) {
        ServerStats stats = server.stats();
        if (stats == null) {
            return;
        }
        for (ServerStats.Lock lock : stats.locks()) {
            boolean isHeld = lock.ownerConnectionId() != 0;
            counts.put(
                    new Id("lock", lock.key()),
                    new Count(
                            0,
                            isHeld ? 1 : 0,
                            lock.waiters(),
                            lock.ownerConnectionId(),
                            isHeld ? lock.leaseRemaining().toMillis() : null));
        }
        for (ServerStats.Semaphore semaphore : stats.semaphores()) {
            counts.put(
                    new Id("semaphore", semaphore.key()),
                    new Count(semaphore.limit(), semaphore.holders(), semaphore.waiters(), 0, null));
        }
    }

    private void add(InstanceState instance) {
        instance.held().forEach(each -> claim(held, each.kind(), each.key(), new Claim(instance, each.ageMillis())));
        instance.waiting()
                .forEach(each -> claim(waiting, each.kind(), each.key(), new Claim(instance, each.waitedMillis())));
    }

    private void claim(Map<Id, List<Claim>> claims, String kind, String key, Claim claim) {
        Id id = new Id(kind, key);
        // A server counts a semaphore with one permit among the locks.
        Id counted = !counts.containsKey(id) && counts.containsKey(new Id("lock", key)) ? new Id("lock", key) : id;
        claims.computeIfAbsent(counted, any -> new ArrayList<>()).add(claim);
    }

    private List<KeyRow> rows() {
        Set<Id> ids = new LinkedHashSet<>(counts.keySet());
        ids.addAll(held.keySet());
        ids.addAll(waiting.keySet());
        return ids.stream().map(this::row).sorted(ORDER).toList();
    }

    private KeyRow row(Id id) {
        Count count = counts.get(id);
        List<Claim> holders = new ArrayList<>(held.getOrDefault(id, List.of()));
        holders.sort(Comparator.comparingLong(Claim::millis));
        List<Claim> queue = new ArrayList<>(waiting.getOrDefault(id, List.of()));
        queue.sort(Comparator.comparingLong(Claim::millis).reversed());
        return new KeyRow(
                id.key(),
                id.kind(),
                count == null ? 0 : count.limit(),
                holders(id, holders, count),
                names(queue, count),
                count == null ? null : count.leaseMillis(),
                isOwn(holders) || isOwn(queue));
    }

    private static List<Holder> holders(Id id, List<Claim> known, @Nullable Count count) {
        long number = id.kind().equals("lock") ? 1 : known.size();
        List<Holder> holders = new ArrayList<>();
        known.stream().limit(number).forEach(claim -> holders.add(holder(claim.instance())));
        long others = count == null ? 0 : count.holders() - holders.size();
        if (count != null && others > 0) {
            holders.add(new Holder(
                    id.kind().equals("lock")
                            ? "another client, connection " + Long.toUnsignedString(count.connection())
                            : others(others),
                    null));
        }
        return holders;
    }

    private static Holder holder(InstanceState instance) {
        return new Holder(instance.name(), instance.kill() ? instance.id() : null);
    }

    private static List<String> names(List<Claim> known, @Nullable Count count) {
        List<String> names = new ArrayList<>();
        known.forEach(claim -> names.add(claim.instance().name() + ", " + Texts.seconds(claim.millis())));
        long others = count == null ? 0 : count.waiters() - known.size();
        if (others > 0) {
            names.add(others(others));
        }
        return names;
    }

    private static String others(long count) {
        return count == 1 ? "1 other client" : count + " other clients";
    }

    private boolean isOwn(List<Claim> claims) {
        return claims.stream().anyMatch(claim -> claim.instance().id().equals(self));
    }
}
