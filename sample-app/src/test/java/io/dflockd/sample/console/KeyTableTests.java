package io.dflockd.sample.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.sample.console.InstanceState.Held;
import io.dflockd.sample.console.InstanceState.Waiting;
import io.dflockd.sample.console.KeyRow.Holder;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class KeyTableTests {

    @Test
    void queueIsInTheOrderOfWaitingAndEndsWithOtherClients() {
        InstanceState self = instance(1, List.of(held("a", 900)), List.of(waiting("a", 300)));
        InstanceState other = instance(2, List.of(), List.of(waiting("a", 500), waiting("a", 100)));

        KeyRow row = rows(self, List.of(other), lock("a", 7, 5)).get(0);

        assertThat(row.holders()).extracting(Holder::name).containsExactly("port 1");
        assertThat(row.queue()).containsExactly("port 2, 0.5 s", "port 1, 0.3 s", "port 2, 0.1 s", "2 other clients");
        assertThat(row.leaseMillis()).isEqualTo(5000);
        assertThat(row.own()).isTrue();
    }

    @Test
    void holderThatIsNoInstanceIsShownByItsConnection() {
        KeyRow row = rows(instance(1), List.of(), lock("a", -1, 0)).get(0);
        assertThat(row.holders()).containsExactly(new Holder("another client, connection 18446744073709551615", null));
        assertThat(row.own()).isFalse();
    }

    @Test
    void lockThatNobodyHoldsHasNoHolderAndNoLease() {
        KeyRow row = rows(instance(1), List.of(), lock("a", 0, 1)).get(0);
        assertThat(row.holders()).isEmpty();
        assertThat(row.leaseMillis()).isNull();
        assertThat(row.queue()).containsExactly("1 other client");
    }

    @Test
    void ofTwoThatSayTheyHoldALockTheYoungerHolderIsRight() {
        InstanceState dead = instance(2, List.of(held("a", 60_000)), List.of());
        KeyRow row = rows(instance(1, List.of(held("a", 10)), List.of()), List.of(dead), lock("a", 7, 0))
                .get(0);
        assertThat(row.holders()).extracting(Holder::name).containsExactly("port 1");
    }

    @Test
    void semaphoreShowsAllItsHolders() {
        InstanceState self = instance(1, List.of(new Held("semaphore", "s", 10)), List.of());
        ServerStats stats = new ServerStats(
                1, List.of(), List.of(new ServerStats.Semaphore("s", 5, 3, 0)), List.of(), List.of(), List.of());
        KeyRow row = KeyTable.rows(List.of(up(stats)), self, List.of()).get(0);
        assertThat(row.holders()).extracting(Holder::name).containsExactly("port 1", "2 other clients");
        assertThat(row.limit()).isEqualTo(5);
    }

    @Test
    void semaphoreWithOnePermitIsOneRow() {
        InstanceState self = instance(1, List.of(new Held("semaphore", "a", 10)), List.of());
        List<KeyRow> rows = rows(self, List.of(), lock("a", 7, 0));
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).holders()).extracting(Holder::name).containsExactly("port 1");
    }

    @Test
    void whatTheInstancesHoldIsShownWithoutAServer() {
        ServerState down = new ServerState(new ServerAddress("localhost", 6388), Duration.ZERO, null, "refused");
        List<KeyRow> rows =
                KeyTable.rows(List.of(down), instance(1, List.of(held("a", 10)), List.of(waiting("b", 5))), List.of());
        assertThat(rows).extracting(KeyRow::key).containsExactly("a", "b");
        assertThat(rows.get(1).queue()).containsExactly("port 1, 0.0 s");
    }

    @Test
    void keysOfThisInstanceAndKeysWithAQueueComeFirst() {
        InstanceState self = instance(1, List.of(held("z", 10)), List.of());
        assertThat(rows(self, List.of(), lock("a", 7, 0), lock("y", 7, 1), lock("z", 8, 0)))
                .extracting(KeyRow::key)
                .containsExactly("y", "z", "a");
    }

    private static List<KeyRow> rows(InstanceState self, List<InstanceState> others, ServerStats.Lock... locks) {
        ServerStats stats = new ServerStats(1, List.of(locks), List.of(), List.of(), List.of(), List.of());
        return KeyTable.rows(List.of(up(stats)), self, others);
    }

    private static ServerState up(ServerStats stats) {
        return new ServerState(new ServerAddress("localhost", 6388), Duration.ofMillis(1), stats, null);
    }

    private static ServerStats.Lock lock(String key, long connection, long waiters) {
        return new ServerStats.Lock(key, connection, Duration.ofSeconds(5), waiters, OptionalLong.empty());
    }

    private static InstanceState instance(int port) {
        return instance(port, List.of(), List.of());
    }

    private static InstanceState instance(int port, List<Held> held, List<Waiting> waiting) {
        return new InstanceState("0000000" + port, port, false, false, held, waiting);
    }

    private static Held held(String key, long ageMillis) {
        return new Held("lock", key, ageMillis);
    }

    private static Waiting waiting(String key, long waitedMillis) {
        return new Waiting("lock", key, waitedMillis);
    }
}
