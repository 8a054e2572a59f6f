package io.dflockd.client;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of the tests that is a candidate for a role. Arguments: the server, the role and the lease in seconds. It writes
 *
 * <pre>
 * granted TIME          the callback was called
 * revoked TIME REASON   the callback was called
 * led FROM TO           it was the leader all the time between two moments, by what isLeader() said before and after
 * candidate             it is not the leader any more, by what isLeader() said
 * </pre>
 *
 * and ends when its input does. Times are of {@link System#nanoTime()}, which all processes of one machine share on Linux.
 */
final class LeaderProcess {

    private static final int SAMPLES_PER_LINE = 50;

    private LeaderProcess() {}

    public static void main(String[] args) throws Exception {
        try (DflockdClient client = DflockdClient.builder().servers(args[0]).build();
                LeaderElection election = client.leaderElection(args[1])
                        .withLease(Duration.ofSeconds(Long.parseLong(args[2])))
                        .onGranted(leadership -> say("granted " + System.nanoTime()))
                        .onRevoked((leadership, reason) -> say("revoked " + System.nanoTime() + " " + reason))
                        .start()) {
            Thread sampler = new Thread(() -> sample(election), "sampler");
            sampler.setDaemon(true);
            sampler.start();
            say("ready");
            try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                while (in.readLine() != null) {
                    // There are no commands.
                }
            }
        }
    }

    /** Within one term {@code isLeader()} goes from true to false once, so it was true between two samples that were. */
    private static void sample(LeaderElection election) {
        Leadership term = null;
        long from = 0;
        long to = 0;
        int samples = 0;
        while (true) {
            long before = System.nanoTime();
            Leadership now = election.isLeader() ? election.leadership().orElse(null) : null;
            long after = System.nanoTime();
            if (term != null && now == term) {
                to = before;
                samples++;
            }
            if (term != null && (now != term || samples == SAMPLES_PER_LINE)) {
                if (to - from > 0) {
                    say("led " + from + " " + to);
                }
                if (now != term) {
                    say("candidate");
                }
                samples = 0;
                from = to;
            }
            if (now != null && now != term) {
                from = after;
                to = after;
            }
            term = now;
            LockSupport.parkNanos(500_000);
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
