package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Several client processes: no two own a lock at a time, grants come in the order of the queue, the killed hand on. */
@Timeout(150)
@Execution(ExecutionMode.CONCURRENT)
class ProcessIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private final List<ChildJvm> children = new ArrayList<>();

    private record Owned(long from, long to, long fence, String number) {

        static Owned of(String line) {
            String[] words = line.split(" ");
            assertThat(words[0]).as(line).isEqualTo("held");
            return new Owned(Long.parseLong(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4]), words[5]);
        }
    }

    private List<ChildJvm> start(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            children.add(ChildJvm.start(OwnershipRecorder.class, List.of("-Xmx96m"), servers.address()));
        }
        for (ChildJvm child : children) {
            assertThat(child.line()).isEqualTo("ready");
        }
        return children;
    }

    @AfterEach
    void end() {
        children.forEach(ChildJvm::kill);
    }

    @Test
    void intervalsOfOwnershipOfSeveralProcessesNeverOverlap() throws Exception {
        String key = servers.key();
        int times = TestServers.soak() ? 5000 : 150;
        int threads = 3;
        start(4).forEach(child -> child.tell("contend " + key + " " + times + " " + threads));
        List<Owned> all = new ArrayList<>();
        for (ChildJvm child : children) {
            for (int i = 0; i < times * threads; i++) {
                all.add(Owned.of(child.line()));
            }
            assertThat(child.line()).isEqualTo("done");
        }
        assertThat(all).hasSize(4 * times * threads);
        all.sort(Comparator.comparingLong(Owned::from));
        for (int i = 1; i < all.size(); i++) {
            Owned before = all.get(i - 1);
            Owned after = all.get(i);
            assertThat(before.to()).as("%s and %s overlap", before, after).isLessThanOrEqualTo(after.from());
            if (after.fence() != -1) {
                assertThat(after.fence()).as("order of grants").isGreaterThan(before.fence());
            }
        }
    }

    @Test
    void waitersOfSeveralProcessesAreGrantedInTheOrderOfTheQueue() throws Exception {
        String key = servers.key();
        start(4);
        DflockdClient client = servers.client();
        LockHandle held = client.lock(key).acquire();
        int waiters = 24;
        for (int i = 0; i < waiters; i++) {
            children.get(i % children.size()).tell("wait " + key + " " + i);
            ServerState.awaitWaiters(client, key, i + 1);
        }
        held.close();
        List<Owned> all = new ArrayList<>();
        for (int i = 0; i < waiters; i++) {
            all.add(Owned.of(children.get(i % children.size()).line()));
        }
        all.sort(Comparator.comparingLong(Owned::from));
        assertThat(all).extracting(owned -> Integer.parseInt(owned.number())).isSorted();
        if (all.get(0).fence() != -1) {
            assertThat(all).extracting(Owned::fence).isSorted();
        }
    }

    @Test
    void lockOfAKilledProcessIsHandedOnAtOnce() throws Exception {
        String key = servers.key();
        ChildJvm holder = start(1).get(0);
        holder.tell("hold " + key);
        assertThat(holder.line()).isEqualTo("holding");
        DflockdClient client = servers.client();
        var waiting =
                client.lock(key).withAcquireTimeout(Duration.ofSeconds(20)).acquireAsync();
        ServerState.awaitWaiters(client, key, 1);
        holder.kill();
        waiting.get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void processEndsSoonAfterItsClientIsClosedThoughItHoldsALock() throws Exception {
        String key = servers.key();
        ChildJvm holder = start(1).get(0);
        holder.tell("hold " + key);
        assertThat(holder.line()).isEqualTo("holding");
        holder.tell("exit");
        assertThat(holder.endsWithin(Duration.ofSeconds(10))).isTrue();
        servers.client().lock(key).acquire().close();
    }
}
