package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Three candidate processes with leases of 2 s. The leader is stopped for longer than its lease, its network goes silent, its
 * connections are cut, it is killed. What the processes wrote down about themselves is compared: no two led at a time.
 */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
@EnabledOnOs(OS.LINUX) // the processes share one monotonic clock
class LeaderProcessIntegrationTests {

    private static final int LEASE_SECONDS = 2;

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private final List<Candidate> candidates = new ArrayList<>();

    private record Led(String candidate, long from, long to) {}

    private record Said(long time, String reason) {}

    private static final class Candidate {

        final String name;

        final Relay relay;

        final ChildJvm process;

        final List<Said> granted = new CopyOnWriteArrayList<>();

        final List<Said> revoked = new CopyOnWriteArrayList<>();

        final List<Led> led = new CopyOnWriteArrayList<>();

        Candidate(String name, Relay relay, ChildJvm process) {
            this.name = name;
            this.relay = relay;
            this.process = process;
        }

        /** Takes over what it has written. */
        void read() {
            String line;
            while ((line = process.lineNow()) != null) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "granted" -> granted.add(new Said(Long.parseLong(words[1]), ""));
                    case "revoked" -> revoked.add(new Said(Long.parseLong(words[1]), words[2]));
                    case "led" -> led.add(new Led(name, Long.parseLong(words[1]), Long.parseLong(words[2])));
                    default -> {
                        // Its log.
                    }
                }
            }
        }

        boolean leads() {
            return granted.size() > revoked.size();
        }
    }

    @AfterEach
    void end() {
        candidates.forEach(candidate -> candidate.process.kill());
    }

    private void start(String role) throws Exception {
        for (int i = 0; i < 3; i++) {
            Relay relay = servers.relay(servers.address());
            ChildJvm process = ChildJvm.start(
                    LeaderProcess.class, List.of("-Xmx64m"), relay.address(), role, String.valueOf(LEASE_SECONDS));
            candidates.add(new Candidate("candidate " + i, relay, process));
        }
    }

    /** The first of them that became the leader after a time, and was not the leader before. */
    private Candidate awaitLeaderAfter(long time, List<Candidate> among) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    among.forEach(Candidate::read);
                    return among.stream().anyMatch(candidate -> grantedAfter(candidate, time) != null);
                });
        return among.stream()
                .filter(candidate -> grantedAfter(candidate, time) != null)
                .min(Comparator.comparingLong(
                        candidate -> grantedAfter(candidate, time).time()))
                .orElseThrow();
    }

    private static Said grantedAfter(Candidate candidate, long time) {
        return candidate.granted.stream()
                .filter(said -> said.time() - time > 0)
                .findFirst()
                .orElse(null);
    }

    private static Said awaitRevokedAfter(Candidate candidate, long time) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    candidate.read();
                    return candidate.revoked.stream().anyMatch(said -> said.time() - time > 0);
                });
        return candidate.revoked.stream()
                .filter(said -> said.time() - time > 0)
                .findFirst()
                .orElseThrow();
    }

    /** Until it has written down that it leads. */
    private static void awaitSampled(Candidate leader, long since) {
        await().atMost(SOON).until(() -> {
            leader.read();
            return leader.led.stream().anyMatch(led -> led.from() - since > 0);
        });
    }

    private List<Candidate> othersThan(Candidate one) {
        return candidates.stream().filter(candidate -> candidate != one).toList();
    }

    private static void report(String what, long begin, Said granted, long from, Said revoked) {
        System.out.printf(
                Locale.ROOT,
                "leader election, %s: next leader after %.1f ms, old one told after %s%n",
                what,
                (granted.time() - begin) / 1e6,
                revoked == null ? "-" : "%.1f ms (%s)".formatted((revoked.time() - from) / 1e6, revoked.reason()));
    }

    @Test
    void neverDoTwoProcessesLeadAtATime() throws Exception {
        String role = servers.key();
        start(role);
        Candidate leader = awaitLeaderAfter(Long.MIN_VALUE / 2, candidates);
        awaitCandidates(role, 2);

        leader = stopped(leader);
        awaitCandidates(role, 2);
        leader = silenced(leader);
        awaitCandidates(role, 2);
        checkNoOverlap();

        leader = killed(leader);
        checkNoOverlap();
    }

    /** With a cut connection the server may be first, so here two may lead for a moment. */
    @Test
    void processWhoseConnectionsAreCutLeadsNoLonger() throws Exception {
        String role = servers.key();
        start(role);
        Candidate leader = awaitLeaderAfter(Long.MIN_VALUE / 2, candidates);
        awaitCandidates(role, 2);
        long cut = System.nanoTime();
        leader.relay.cut();
        Candidate next = awaitLeaderAfter(cut, othersThan(leader));
        Said revoked = awaitRevokedAfter(leader, cut);
        assertThat(revoked.reason()).isEqualTo("CONNECTION_LOST");
        report("cut connection, three processes", cut, grantedAfter(next, cut), cut, revoked);
        awaitCandidates(role, 2);
        candidates.forEach(Candidate::read);
        assertThat(candidates.stream().filter(Candidate::leads)).containsExactly(next);
    }

    /** The process does not run for longer than the lease of its lock. */
    private Candidate stopped(Candidate leader) throws Exception {
        long stop = System.nanoTime();
        leader.process.signal("STOP");
        Candidate next = awaitLeaderAfter(stop, othersThan(leader));
        // Both would lead, if a paused one did.
        awaitSampled(next, stop);
        long goOn = System.nanoTime();
        leader.process.signal("CONT");
        Said revoked = awaitRevokedAfter(leader, goOn);
        report("stopped for longer than its lease of 2 s", stop, grantedAfter(next, stop), goOn, revoked);
        return next;
    }

    private Candidate silenced(Candidate leader) {
        long silent = System.nanoTime();
        leader.relay.silence();
        Candidate next = awaitLeaderAfter(silent, othersThan(leader));
        Said revoked = awaitRevokedAfter(leader, silent);
        report("silent network, lease of 2 s", silent, grantedAfter(next, silent), silent, revoked);
        leader.relay.resume();
        return next;
    }

    private Candidate killed(Candidate leader) {
        long kill = System.nanoTime();
        leader.process.kill();
        Candidate next = awaitLeaderAfter(kill, othersThan(leader));
        awaitSampled(next, kill);
        report("kill -9", kill, grantedAfter(next, kill), kill, null);
        return next;
    }

    private void awaitCandidates(String role, int count) {
        ServerState.awaitWaiters(
                servers.client(settings -> settings.servers(servers.address())), "leader:" + role, count);
    }

    private void checkNoOverlap() {
        List<Led> all = new ArrayList<>();
        for (Candidate candidate : candidates) {
            candidate.read();
            all.addAll(candidate.led);
        }
        assertThat(all.stream().map(Led::candidate).distinct()).as("leaders").hasSizeGreaterThan(1);
        all.sort(Comparator.comparingLong(Led::from));
        for (int i = 1; i < all.size(); i++) {
            Led before = all.get(i - 1);
            Led after = all.get(i);
            if (!before.candidate().equals(after.candidate())) {
                assertThat(before.to()).as("%s and %s", before, after).isLessThanOrEqualTo(after.from());
            }
        }
    }
}
