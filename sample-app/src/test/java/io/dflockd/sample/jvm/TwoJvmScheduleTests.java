package io.dflockd.sample.jvm;

import static io.dflockd.sample.jvm.ScheduledApplication.AT_LEAST;
import static io.dflockd.sample.jvm.ScheduledApplication.PERIOD;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.embedded.EmbeddedDflockdServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A job of a millisecond, scheduled in two processes whose clocks jitter. A tick counts if the machine was fast enough for its
 * promise: both processes have tried to run the job before its minimum time was over, and the lock of the tick before was free
 * when it began. A tick that does not count proves nothing, and another one takes its place. If too many do not count, the test
 * fails: a lock that is freed late, or answers that come late, would look the same as a slow machine.
 */
class TwoJvmScheduleTests {

    /** The most of all ticks that need not count. */
    private static final double MAX_UNCOUNTED = 0.25;

    private EmbeddedDflockdServer server;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedDflockdServer.builder().start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void jobRunsOnceAtEveryTick() {
        TreeMap<Long, Integer> runs = runsOfTicks(200, AT_LEAST + "ms");

        assertThat(runs)
                .hasSize(200)
                .allSatisfy((tick, times) ->
                        assertThat(times).as("runs at tick %d", tick).isEqualTo(1));
        long all = runs.lastKey() - runs.firstKey() + 1;
        long uncounted = all - runs.size();
        System.out.printf("%d of %d ticks did not count%n", uncounted, all);
        assertThat(uncounted).as("ticks of %d that did not count", all).isLessThanOrEqualTo((long)
                (MAX_UNCOUNTED * all));
    }

    @Test
    void withoutAMinimumTimeItRunsTwiceAtSome() {
        assertThat(runsOfTicks(20, "none").values()).contains(2);
    }

    /** How often the job ran at each of the first ticks that count. */
    private TreeMap<Long, Integer> runsOfTicks(int count, String atLeast) {
        try (JavaProcess one = application(atLeast);
                JavaProcess two = application(atLeast)) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(4))
                    .until(() ->
                            runsOfTicksThatCount(new Log(one), new Log(two)).size() >= count);
            TreeMap<Long, Integer> runs = new TreeMap<>();
            runsOfTicksThatCount(new Log(one), new Log(two)).entrySet().stream()
                    .limit(count)
                    .forEach(tick -> runs.put(tick.getKey(), tick.getValue()));
            return runs;
        }
    }

    private static TreeMap<Long, Integer> runsOfTicksThatCount(Log one, Log two) {
        TreeMap<Long, Integer> runs = new TreeMap<>();
        for (long tick : one.tried.keySet()) {
            if (one.hasTriedInTime(tick)
                    && two.hasTriedInTime(tick)
                    && one.hadFreedBefore(tick)
                    && two.hadFreedBefore(tick)) {
                runs.put(tick, one.runsAt(tick) + two.runsAt(tick));
            }
        }
        return runs;
    }

    private JavaProcess application(String atLeast) {
        return JavaProcess.startMain(
                ScheduledApplication.class, "--dflockd.servers=" + server.address(), "--test.at-least=" + atLeast);
    }

    /** What one process has said. */
    private static final class Log {

        private record Try(long began, long ended) {}

        private final Map<Long, Try> tried = new TreeMap<>();

        private final List<Long> ran = new ArrayList<>();

        /** When the locks of these runs became free, in the same order. */
        private final List<Long> freed = new ArrayList<>();

        Log(JavaProcess process) {
            String output = process.output();
            output.substring(0, output.lastIndexOf('\n') + 1).lines().forEach(line -> {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "TRIED" ->
                        tried.put(
                                Long.parseLong(words[1]), new Try(Long.parseLong(words[2]), Long.parseLong(words[3])));
                    case "RAN" -> ran.add(Long.parseLong(words[1]));
                    case "FREED" -> freed.add(Long.parseLong(words[1]));
                    default -> throw new AssertionError(output);
                }
            });
        }

        boolean hasTriedInTime(long tick) {
            Try attempt = tried.get(tick);
            return attempt != null && attempt.began() >= tick * PERIOD && attempt.ended() < tick * PERIOD + AT_LEAST;
        }

        boolean hadFreedBefore(long tick) {
            for (int i = 0; i < ran.size(); i++) {
                if (ran.get(i) < tick && (i >= freed.size() || freed.get(i) >= tick * PERIOD)) {
                    return false;
                }
            }
            return true;
        }

        int runsAt(long tick) {
            return (int) ran.stream().filter(each -> each == tick).count();
        }
    }
}
