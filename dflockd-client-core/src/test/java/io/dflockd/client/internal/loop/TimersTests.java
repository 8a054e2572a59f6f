package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.internal.loop.Timers.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wheel: a tick is 10 ms, a turn is 10.24 s. */
class TimersTests {

    private static final Duration TICK = Duration.ofMillis(10);

    private static final Duration TURN = Duration.ofMillis(10_240);

    private final TestLoop loop = new TestLoop();

    private final Timers timers = new Timers(loop.netty(), loop::now, Runnable::run);

    /** The timers that have fired, with the milliseconds at which they did. */
    private final List<String> fired = new ArrayList<>();

    private Timer timer(String name) {
        return new Timer(() -> fire(name));
    }

    private void fire(String name) {
        fired.add(name + "@" + loop.elapsed().toMillis());
    }

    private Timer start(String name, Duration in) {
        Timer timer = timer(name);
        startIn(timer, in);
        return timer;
    }

    private void startIn(Timer timer, Duration in) {
        timers.start(timer, loop.now() + in.toNanos());
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    // --- defects

    @Test
    void defectOfATimerIsLoggedOffTheLoopAndStopsNoOtherTimer() {
        List<Runnable> lines = new ArrayList<>();
        Timers logging = new Timers(loop.netty(), loop::now, lines::add);
        for (int i = 0; i < 2; i++) {
            logging.start(
                    new Timer(() -> {
                        fire("a");
                        throw new IllegalStateException("of the test");
                    }),
                    loop.now());
        }
        loop.advance(TICK);
        assertThat(fired).hasSize(2);
        assertThat(lines).hasSize(2);
    }

    @Test
    void defectThatCannotBeLoggedStopsNoOtherTimer() {
        Timers silent = new Timers(loop.netty(), loop::now, line -> {
            throw new InternalError("of the test");
        });
        silent.start(timer("a"), loop.now());
        silent.start(
                new Timer(() -> {
                    throw new IllegalStateException("of the test");
                }),
                loop.now());
        silent.start(timer("b"), loop.now() + TICK.multipliedBy(5).toNanos());
        loop.advance(TICK.multipliedBy(6));
        assertThat(fired).containsExactly("a@10", "b@50");
    }

    // --- at which time

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PT-1S",
                "PT0S",
                "PT0.000000001S",
                "PT0.009S",
                "PT0.01S",
                "PT0.010000001S",
                "PT3S",
                "PT10.23S",
                "PT10.24S",
                "PT10.25S",
                "PT20.48S",
                "PT1H",
                "P1D",
                "P400D"
            })
    void firesNeverEarlyAndAtMostATickLate(Duration in) {
        loop.advance(millis(7));
        start("a", in);
        Duration wait = in.isNegative() ? Duration.ZERO : in;
        if (!wait.isZero()) {
            loop.advance(wait.minusNanos(1));
            assertThat(fired).as("before its time").isEmpty();
        }
        loop.advance(TICK.plusNanos(1));
        assertThat(fired).as("a tick after its time").hasSize(1);
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void firesInTheOrderOfTheTimes() {
        start("c", millis(10_300));
        start("a", millis(20));
        start("d", millis(25_000));
        start("b", millis(70));
        loop.advance(Duration.ofMinutes(1));
        assertThat(fired).containsExactly("a@20", "b@70", "c@10300", "d@25000");
    }

    @Test
    void timersOfOneSlotFireInTheirOwnTurns() {
        start("third", TURN.multipliedBy(2).plus(millis(50)));
        start("first", millis(50));
        start("second", TURN.plus(millis(50)));
        loop.advance(Duration.ofMinutes(1));
        assertThat(fired).containsExactly("first@50", "second@10290", "third@20530");
    }

    @Test
    void firesOnTimeAfterTheWheelHasStoodStill() {
        loop.advance(Duration.ofHours(5));
        start("a", millis(100));
        loop.advance(millis(100));
        assertThat(fired).containsExactly("a@18000100");
    }

    @Test
    void soonerTimerWakesTheLoopSooner() {
        start("late", Duration.ofSeconds(8));
        loop.advance(Duration.ofSeconds(1));
        start("soon", millis(30));
        loop.advance(millis(30));
        assertThat(fired).containsExactly("soon@1030");
    }

    // --- moved and stopped

    @Test
    void startedAgainItMoves() {
        Timer timer = start("a", millis(100));
        startIn(timer, millis(300));
        loop.advance(millis(200));
        assertThat(fired).isEmpty();
        startIn(timer, millis(50));
        loop.advance(Duration.ofSeconds(1));
        assertThat(fired).containsExactly("a@250");
    }

    @Test
    void stoppedItDoesNotFireAndStopsOnlyItself() {
        Timer stopped = start("a", millis(100));
        start("b", millis(100));
        timers.stop(stopped);
        timers.stop(stopped);
        timers.stop(timer("never started"));
        loop.advance(Duration.ofSeconds(20));
        assertThat(fired).containsExactly("b@100");
    }

    @Test
    void eachOfThreeInOneSlotCanBeStopped() {
        for (int stopped = 0; stopped < 3; stopped++) {
            fired.clear();
            List<Timer> three = IntStream.range(0, 3)
                    .mapToObj(i -> start("t" + i, millis(100)))
                    .toList();
            timers.stop(three.get(stopped));
            loop.advance(millis(100));
            assertThat(fired)
                    .hasSize(2)
                    .noneMatch(("t" + stopped + "@" + loop.elapsed().toMillis())::equals);
        }
    }

    // --- inside a task

    @Test
    void taskMayStartItsTimerAgain() {
        Timer[] own = new Timer[1];
        own[0] = new Timer(() -> {
            fire("a");
            if (fired.size() < 4) {
                startIn(own[0], millis(20));
            }
        });
        startIn(own[0], millis(20));
        loop.advance(Duration.ofSeconds(1));
        assertThat(fired).containsExactly("a@20", "a@40", "a@60", "a@80");
    }

    @Test
    void taskThatStartsItsTimerInThePastDoesNotStarveTheLoop() {
        Timer[] own = new Timer[1];
        own[0] = new Timer(() -> {
            fire("a");
            startIn(own[0], millis(-1));
        });
        startIn(own[0], millis(10));
        loop.advance(millis(50));
        assertThat(fired).containsExactly("a@10", "a@20", "a@30", "a@40", "a@50");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 10, 20})
    void taskMayStopAnotherThatIsDue(long later) {
        Timer[] both = new Timer[2];
        both[0] = new Timer(() -> {
            fire("a");
            timers.stop(both[1]);
        });
        both[1] = new Timer(() -> {
            fire("b");
            timers.stop(both[0]);
        });
        startIn(both[0], millis(100));
        startIn(both[1], millis(100 + later));
        loop.jump(Duration.ofSeconds(1));
        assertThat(fired).as("fired").hasSize(1);
        loop.advance(Duration.ofSeconds(20));
        assertThat(fired).as("fired").hasSize(1);
    }

    @Test
    void taskMayMoveAnotherThatIsDue() {
        Timer[] both = new Timer[2];
        for (int i = 0; i < 2; i++) {
            int other = 1 - i;
            both[i] = new Timer(() -> {
                fire("x");
                if (fired.size() == 1) {
                    startIn(both[other], millis(500));
                }
            });
            startIn(both[i], millis(100));
        }
        loop.advance(Duration.ofSeconds(2));
        assertThat(fired).containsExactly("x@100", "x@600");
    }

    @Test
    void taskThatThrowsHarmsNoOther() {
        for (Throwable failure : List.of(new IllegalStateException("of the test"), new StackOverflowError())) {
            startIn(new Timer(() -> sneakyThrow(failure)), millis(100));
        }
        start("a", millis(100));
        start("b", millis(200));
        loop.advance(Duration.ofSeconds(1));
        assertThat(fired).containsExactly("a@100", "b@200");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakyThrow(Throwable failure) throws T {
        throw (T) failure;
    }

    // --- after a pause, and many

    @ParameterizedTest
    @ValueSource(strings = {"PT10.24S", "PT10.25S", "PT25S", "P1D", "P300D"})
    void allThatIsDueAfterALongPauseFiresOnceAndNothingElse(Duration pause) {
        start("now", millis(10));
        start("wrapped", pause.minus(millis(20)));
        start("edge", pause);
        start("later", pause.plus(millis(40)));
        start("turn later", pause.plus(TURN));
        loop.jump(pause);
        long at = pause.toMillis();
        assertThat(fired).containsExactlyInAnyOrder("now@" + at, "wrapped@" + at, "edge@" + at);
        loop.advance(millis(40));
        assertThat(fired).hasSize(4).last().isEqualTo("later@" + (at + 40));
        loop.advance(TURN);
        assertThat(fired).hasSize(5);
    }

    @Test
    void manyTimersFireInOneWakeUp() {
        int count = 20_000;
        for (int i = 0; i < count; i++) {
            start("a", millis(500));
        }
        loop.advance(millis(499));
        assertThat(fired).isEmpty();
        loop.advance(millis(1));
        assertThat(fired).hasSize(count);
        assertThat(loop.isIdle()).as("nothing else is scheduled").isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void startsStopsMovesAndPausesInAnyOrder(long seed) {
        Random random = new Random(seed);
        Map<Timer, Long> due = new HashMap<>();
        List<Timer> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Timer[] own = new Timer[1];
            own[0] = new Timer(() -> {
                Long at = due.remove(own[0]);
                assertThat(at).as("a timer that runs").isNotNull();
                assertThat(loop.now() - at).as("not early").isNotNegative();
            });
            all.add(own[0]);
        }
        for (int step = 0; step < 3_000; step++) {
            Timer timer = all.get(random.nextInt(all.size()));
            switch (random.nextInt(6)) {
                case 0 -> {
                    timers.stop(timer);
                    due.remove(timer);
                }
                case 1 -> loop.advance(Duration.ofNanos(random.nextLong(200_000_000L)));
                case 2 -> loop.jump(Duration.ofNanos(random.nextLong(1L << random.nextInt(20, 37))));
                default -> {
                    long at = loop.now() + random.nextLong(1L << random.nextInt(20, 36)) - 1_000_000;
                    timers.start(timer, at);
                    due.put(timer, at);
                }
            }
            long now = loop.now();
            due.forEach((pending, at) -> assertThat(now - at).as("late by").isLessThan(TICK.toNanos()));
        }
    }
}
