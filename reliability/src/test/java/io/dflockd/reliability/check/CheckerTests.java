package io.dflockd.reliability.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.reliability.check.Violation.Kind;
import io.dflockd.reliability.history.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checker finds each violation that is planted in a history, and nothing in a clean one. Times are milliseconds. */
class CheckerTests {

    private static final Limits LIMITS = new Limits(
            2,
            Duration.ofMillis(100),
            Duration.ofSeconds(4),
            Duration.ofSeconds(1),
            Duration.ofSeconds(6),
            Duration.ofSeconds(1),
            Set.of("unseen"),
            Set.of("silent", "stop"));

    private final List<Entry> history = new ArrayList<>();

    private final List<String> orphans = new ArrayList<>();

    private long hold;

    private void entry(long millis, Entry.Kind kind, String process, String resource, long number, String detail) {
        history.add(new Entry(millis * 1_000_000, kind, process, resource, number, detail));
    }

    private long held(String process, String resource, long from, long until, String fence) {
        hold++;
        entry(from, Entry.Kind.GRANTED, process, resource, hold, fence);
        entry(until, Entry.Kind.SAMPLE, process, resource, hold, "-");
        return hold;
    }

    private void released(String process, String resource, long from, long until) {
        entry(until + 1, Entry.Kind.ENDED, process, resource, held(process, resource, from, until, "-"), "confirmed");
    }

    private void fault(long millis, String process, String kind) {
        entry(millis, Entry.Kind.FAULT, process, "-", 0, kind);
    }

    private void closed(String process, String left) {
        entry(100_000, Entry.Kind.CLOSED, process, "-", 0, left);
    }

    private Report report() {
        closed("a", "0 0");
        closed("b", "0 0");
        history.sort(Comparator.comparingLong(Entry::time));
        return new Checker(LIMITS).check(history, Set.of("a", "b"), orphans);
    }

    private List<Kind> violations() {
        return report().violations().stream().map(Violation::kind).toList();
    }

    @Test
    void cleanHistoryHasNone() {
        released("a", "lock", 1000, 2000);
        released("b", "lock", 2001, 3000);
        released("a", "semaphore", 1000, 3000);
        released("b", "semaphore", 1000, 3000);
        entry(3000, Entry.Kind.CALL, "a", "lock", 0, "2500 2000");
        assertThat(violations()).isEmpty();
    }

    @Test
    void twoOwnersAreFound() {
        released("a", "lock", 1000, 2000);
        released("b", "lock", 1500, 2500);
        assertThat(violations()).containsExactly(Kind.OVERLAP);
    }

    @Test
    void shortOverlapAtTheEndOfAConnectionIsReportedAndAdmitted() {
        released("a", "lock", 1000, 2050);
        released("b", "lock", 2000, 2500);
        Report report = report();
        assertThat(report.violations()).isEmpty();
        assertThat(report.promptOverlaps().toString()).isEqualTo("1 (p50 50.0 ms, p99 50.0 ms, max 50.0 ms)");
    }

    @Test
    void overlapInASilenceIsNotAdmitted() {
        fault(1500, "a", "silent");
        released("a", "lock", 1000, 2050);
        released("b", "lock", 2000, 2500);
        assertThat(violations()).containsExactly(Kind.OVERLAP);
    }

    @Test
    void overlapAfterAResetThatOnlyTheServerSawIsAdmittedUntilTheReadTimeout() {
        fault(1500, "a", "unseen");
        released("a", "lock", 1000, 5000);
        released("b", "lock", 1500, 6000);
        Report report = report();
        assertThat(report.violations()).isEmpty();
        assertThat(report.unseenOverlaps().count()).isEqualTo(1);
    }

    @Test
    void overlapBeyondTheReadTimeoutIsFound() {
        fault(1500, "a", "unseen");
        released("a", "lock", 1000, 5600);
        released("b", "lock", 1500, 6000);
        assertThat(violations()).containsExactly(Kind.OVERLAP);
    }

    @Test
    void thirdHolderOfTwoSlotsIsFound() {
        released("a", "semaphore", 1000, 2000);
        released("b", "semaphore", 1000, 2000);
        released("a", "semaphore", 1500, 2500);
        assertThat(violations()).containsExactly(Kind.EXCESS);
    }

    @Test
    void fenceThatGoesBackIsFound() {
        held("a", "lock", 1000, 2000, "7");
        held("b", "lock", 3000, 4000, "6");
        assertThat(violations()).containsExactly(Kind.FENCE);
    }

    @Test
    void fenceOfAServerThatWasRestartedMayGoBack() {
        held("a", "lock", 1000, 2000, "7");
        fault(2500, Checker.SERVER, "server-restart");
        held("b", "lock", 3000, 4000, "1");
        assertThat(violations()).isEmpty();
    }

    @Test
    void lossThatNobodyWasToldIsFound() {
        entry(2001, Entry.Kind.ENDED, "a", "lock", held("a", "lock", 1000, 2000, "-"), "lost REJECTED");
        assertThat(violations()).containsExactly(Kind.LOSS_MISSED);
    }

    @Test
    void lossThatIsToldTooLateIsFound() {
        long number = held("a", "lock", 1000, 2000, "-");
        entry(2001, Entry.Kind.ENDED, "a", "lock", number, "lost REJECTED");
        entry(3100, Entry.Kind.LOSS, "a", "lock", number, "REJECTED");
        assertThat(violations()).containsExactly(Kind.LOSS_MISSED);
    }

    @Test
    void lossThatIsToldTwiceIsFound() {
        long number = held("a", "lock", 1000, 2000, "-");
        entry(2001, Entry.Kind.ENDED, "a", "lock", number, "lost REJECTED");
        entry(2002, Entry.Kind.LOSS, "a", "lock", number, "REJECTED");
        entry(2003, Entry.Kind.LOSS, "a", "lock", number, "REJECTED");
        assertThat(violations()).containsExactly(Kind.LOSS_DOUBLED);
    }

    @Test
    void lossOfAReleasedLockIsFound() {
        long number = held("a", "lock", 1000, 2000, "-");
        entry(2001, Entry.Kind.ENDED, "a", "lock", number, "confirmed");
        entry(2002, Entry.Kind.LOSS, "a", "lock", number, "REJECTED");
        assertThat(violations()).containsExactly(Kind.LOSS_DOUBLED);
    }

    @Test
    void callBeyondItsLimitIsFoundUnlessTheProcessWasStopped() {
        entry(10_000, Entry.Kind.CALL, "a", "lock", 0, "3100 2000");
        fault(9_000, "b", "stop");
        entry(15_000, Entry.Kind.CALL, "b", "lock", 0, "8000 2000");
        assertThat(violations()).containsExactly(Kind.LATE_CALL);
    }

    @Test
    void threadsThatAreLeftAreFound() {
        closed("a", "1 0");
        assertThat(violations()).containsExactly(Kind.LEAK);
    }

    @Test
    void lockThatIsLeftAtTheServerIsFound() {
        orphans.add("lock-1");
        assertThat(violations()).containsExactly(Kind.ORPHAN);
    }

    @Test
    void processThatDidNotEndIsFound() {
        assertThat(new Checker(LIMITS).check(history, Set.of("a"), orphans).violations())
                .extracting(Violation::kind)
                .containsExactly(Kind.UNFINISHED);
    }
}
