package io.dflockd.reliability.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    private static final Limits LIMITS = limits(false);

    private final List<Entry> history = new ArrayList<>();

    private long number;

    private static Limits limits(boolean fencesOutliveServers) {
        return new Limits(
                2,
                Duration.ofMillis(100),
                Duration.ofSeconds(4),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Set.of("cut", "server-restart"),
                Set.of("unseen"),
                Set.of("silent", "stop"),
                Set.of("stop"),
                fencesOutliveServers);
    }

    private void entry(long millis, Entry.Kind kind, String process, String resource, long of, String detail) {
        history.add(new Entry(millis * 1_000_000, kind, process, resource, of, detail));
    }

    private long granted(String process, String resource, long askedAt, String queuedAt, long from, String fence) {
        number++;
        String queued = queuedAt.equals("-") ? "-" : queuedAt + "000000";
        entry(from, Entry.Kind.GRANTED, process, resource, number, fence + " " + askedAt * 1_000_000 + " " + queued);
        return number;
    }

    private long held(String process, String resource, long from, long until, String fence) {
        long hold = granted(process, resource, from, "-", from, fence);
        entry(until, Entry.Kind.SAMPLE, process, resource, hold, "-");
        return hold;
    }

    private void released(String process, String resource, long from, long until) {
        entry(until + 1, Entry.Kind.ENDED, process, resource, held(process, resource, from, until, "-"), "confirmed");
    }

    private long lost(long from, long until) {
        long hold = held("a", "lock", from, until, "-");
        entry(until + 1, Entry.Kind.ENDED, "a", "lock", hold, "lost REJECTED");
        return hold;
    }

    private void fault(long from, long until, String process, String kind) {
        number++;
        entry(from, Entry.Kind.FAULT, process, "-", number, kind);
        entry(until, Entry.Kind.FAULT_END, process, "-", number, "-");
    }

    private void stoodStill(String process, long from, long until) {
        entry(until, Entry.Kind.PAUSE, process, "-", 0, Long.toString((until - from) * 1_000_000));
    }

    private void call(String process, long end, long took, long limit) {
        entry(end, Entry.Kind.CALL, process, "lock", 0, "acquire " + took + " " + limit);
    }

    private void store(long millis, String process, String detail) {
        entry(millis, Entry.Kind.STORE, process, "lock", 0, detail);
    }

    private void emitted(int... numbers) {
        for (int each : numbers) {
            entry(each, Entry.Kind.EMIT, "a", "events.a", each, "confirmed");
            entry(each, Entry.Kind.EMIT, "a", "jobs.a", each, "confirmed");
        }
    }

    private void arrived(long millis, String process, String kind, long of) {
        entry(millis, Entry.Kind.SIGNAL, process, kind, of, kind + ".a");
    }

    private Report report(Limits limits) {
        for (String process : List.of("a", "b")) {
            entry(100_000, Entry.Kind.ASKED_TO_END, process, "-", 0, "-");
            entry(100_001, Entry.Kind.CLOSED, process, "-", 0, "0 0 0 0");
        }
        return check(limits);
    }

    private Report check(Limits limits) {
        history.sort(Comparator.comparingLong(Entry::time));
        return new Checker(limits).check(history);
    }

    private Report report() {
        return report(LIMITS);
    }

    private static List<Kind> kinds(Report report) {
        return report.violations().stream().map(Violation::kind).toList();
    }

    private List<Kind> violations() {
        return kinds(report());
    }

    @Test
    void cleanHistoryHasNone() {
        released("a", "lock", 1000, 2000);
        released("b", "lock", 2001, 3000);
        released("a", "semaphore", 1000, 3000);
        released("b", "semaphore", 1000, 3000);
        call("a", 3000, 2500, 2000);
        emitted(1, 2);
        arrived(1, "b", "events", 1);
        arrived(2, "b", "events", 2);
        assertThat(violations()).isEmpty();
    }

    @Test
    void twoOwnersAreFound() {
        released("a", "lock", 1000, 2000);
        released("b", "lock", 1999, 2500);
        assertThat(violations()).containsExactly(Kind.OVERLAP);
    }

    @Test
    void shortOverlapAtTheEndOfAConnectionIsReportedAndAdmitted() {
        fault(1999, 2000, "a", "cut");
        released("a", "lock", 1000, 2050);
        released("b", "lock", 2000, 2500);
        Report report = report();
        assertThat(report.violations()).isEmpty();
        assertThat(report.distributions().get(HoldRules.PROMPT))
                .hasToString("1 (p50 50.0 ms, p99 50.0 ms, max 50.0 ms)");
    }

    @Test
    void longOverlapAtTheEndOfAConnectionIsFound() {
        fault(1999, 2000, "a", "cut");
        released("a", "lock", 1000, 2110);
        released("b", "lock", 2000, 2500);
        assertThat(violations()).containsExactly(Kind.OVERLAP);
    }

    @Test
    void processThatStoodStillMaySeeTheEndOfItsConnectionLater() {
        fault(1999, 2000, "a", "cut");
        released("a", "lock", 1000, 2110);
        released("b", "lock", 2000, 2500);
        stoodStill("a", 1980, 2020);
        assertThat(violations()).isEmpty();
    }

    @Test
    void failureOfAnotherProcessIsNoExcuse() {
        fault(1999, 2000, "c", "cut");
        released("a", "lock", 1000, 2050);
        released("b", "lock", 2000, 2500);
        assertThat(violations()).containsExactly(Kind.OVERLAP);
    }

    @Test
    void failureBeforeOrAfterIsNoExcuse() {
        fault(500, 501, "a", "cut");
        fault(2010, 2020, "a", "cut");
        released("a", "lock", 1000, 2050);
        released("b", "lock", 2000, 2500);
        assertThat(violations()).containsExactly(Kind.OVERLAP);
    }

    @Test
    void grantThatWasOnItsWayWhenItsConnectionEndedIsAdmittedForAMoment() {
        fault(1999, 2001, "b", "cut");
        held("a", "lock", 2000, 4000, "8");
        long late = granted("b", "lock", 1500, "-", 2002, "7");
        entry(2050, Entry.Kind.SAMPLE, "b", "lock", late, "-");
        assertThat(violations()).isEmpty();
    }

    @Test
    void grantThatWasOnItsWayIsFoundAfterThatMoment() {
        fault(1999, 2001, "b", "cut");
        held("a", "lock", 2000, 4000, "8");
        long late = granted("b", "lock", 1500, "-", 2002, "7");
        entry(2150, Entry.Kind.SAMPLE, "b", "lock", late, "-");
        assertThat(violations()).containsExactly(Kind.OVERLAP);
    }

    @Test
    void newerGrantIsNotOnItsWayOut() {
        fault(1999, 2001, "b", "cut");
        held("a", "lock", 2000, 4000, "7");
        long late = granted("b", "lock", 1500, "-", 2002, "8");
        entry(2050, Entry.Kind.SAMPLE, "b", "lock", late, "-");
        assertThat(violations()).containsExactly(Kind.OVERLAP);
    }

    @Test
    void overlapInASilenceIsNotAdmitted() {
        fault(1500, 7500, "a", "silent");
        released("a", "lock", 1000, 2050);
        released("b", "lock", 2000, 2500);
        assertThat(violations()).containsExactly(Kind.OVERLAP);
    }

    @Test
    void overlapAfterAResetThatOnlyTheServerSawIsAdmittedUntilTheDeadline() {
        fault(1500, 6500, "a", "unseen");
        released("a", "lock", 1000, 5400);
        released("b", "lock", 1500, 6000);
        Report report = report();
        assertThat(report.violations()).isEmpty();
        assertThat(report.distributions().get(HoldRules.UNSEEN).count()).isEqualTo(1);
    }

    @Test
    void restartOfAServerInASilenceIsNotSeen() {
        fault(1500, 7500, "a", "silent");
        fault(2000, 2400, Entry.SERVER, "server-restart");
        released("a", "lock", 1000, 4000);
        released("b", "lock", 2500, 6000);
        assertThat(violations()).isEmpty();
    }

    @Test
    void overlapBeyondTheDeadlineIsFound() {
        fault(1500, 6500, "a", "unseen");
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
    void oneHolderOnItsWayOutExcusesOneNewHolderOnly() {
        fault(1499, 1500, "a", "cut");
        released("a", "semaphore", 1000, 1550);
        released("b", "semaphore", 1000, 2000);
        released("c", "semaphore", 1510, 2500);
        released("d", "semaphore", 1520, 2500);
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
        fault(2500, 2600, Entry.SERVER, "server-restart");
        held("b", "lock", 3000, 4000, "1");
        assertThat(violations()).isEmpty();
    }

    @Test
    void fenceThatOutlivesItsServerMayNotGoBack() {
        held("a", "lock", 1000, 2000, "7");
        fault(2500, 2600, Entry.SERVER, "server-restart");
        held("b", "lock", 3000, 4000, "1");
        assertThat(kinds(report(limits(true)))).containsExactly(Kind.FENCE);
    }

    @Test
    void lostUpdateIsFound() {
        store(1500, "a", "7 10 10 taken 1000000000");
        store(1600, "b", "8 10 11 taken 1000000000");
        assertThat(violations()).containsExactly(Kind.LOST_UPDATE);
    }

    @Test
    void refusedWriteLosesNothing() {
        store(1500, "a", "7 10 11 refused 1000000000");
        assertThat(violations()).isEmpty();
    }

    @Test
    void fencesThatBeganAgainCannotSaveAnUpdate() {
        fault(1200, 1300, Entry.SERVER, "server-restart");
        store(1600, "b", "1 10 11 taken 1000000000");
        assertThat(violations()).isEmpty();
    }

    @Test
    void fencesThatOutliveTheirServerMustSaveIt() {
        fault(1200, 1300, Entry.SERVER, "server-restart");
        store(1600, "b", "1 10 11 taken 1000000000");
        assertThat(kinds(report(limits(true)))).containsExactly(Kind.LOST_UPDATE);
    }

    @Test
    void laterRequestThatWasServedFirstIsFoundByItsFence() {
        granted("a", "lock", 1000, "1100", 2000, "9");
        granted("b", "lock", 1200, "-", 3000, "8");
        Report report = report();
        assertThat(kinds(report)).containsExactly(Kind.ORDER);
        assertThat(report.count(HoldRules.COMPARED)).isEqualTo(1);
    }

    @Test
    void laterRequestThatWasServedFirstIsFoundByTheTimes() {
        granted("a", "lock", 1000, "1100", 2000, "-");
        granted("b", "lock", 1200, "-", 1900, "-");
        assertThat(violations()).containsExactly(Kind.ORDER);
    }

    @Test
    void orderOfPlacesIsKept() {
        granted("a", "lock", 1000, "1100", 2000, "8");
        granted("b", "lock", 1200, "1300", 2100, "9");
        Report report = report();
        assertThat(report.violations()).isEmpty();
        assertThat(report.count(HoldRules.COMPARED)).isEqualTo(1);
    }

    @Test
    void placeThatWasConfirmedLaterThanTheOtherRequestProvesNothing() {
        granted("a", "lock", 1000, "1300", 2000, "-");
        granted("b", "lock", 1200, "-", 1900, "-");
        assertThat(violations()).isEmpty();
    }

    @Test
    void lossThatNobodyWasToldIsFound() {
        lost(1000, 2000);
        assertThat(violations()).containsExactly(Kind.LOSS_MISSED);
    }

    @Test
    void processThatWasKilledHadNoTimeToTellIt() {
        lost(1000, 2000);
        assertThat(check(LIMITS).violations()).isEmpty();
    }

    @Test
    void lossThatIsToldTooLateIsFound() {
        entry(3100, Entry.Kind.LOSS, "a", "lock", lost(1000, 2000), "REJECTED");
        assertThat(violations()).containsExactly(Kind.LOSS_LATE);
    }

    @Test
    void processThatStoodStillMayTellItLater() {
        entry(3100, Entry.Kind.LOSS, "a", "lock", lost(1000, 2000), "REJECTED");
        stoodStill("a", 2500, 2700);
        assertThat(violations()).isEmpty();
    }

    @Test
    void lossThatIsToldTwiceIsFound() {
        long hold = lost(1000, 2000);
        entry(2002, Entry.Kind.LOSS, "a", "lock", hold, "REJECTED");
        entry(2003, Entry.Kind.LOSS, "a", "lock", hold, "REJECTED");
        assertThat(violations()).containsExactly(Kind.LOSS_DOUBLED);
    }

    @Test
    void lossOfAReleasedLockIsFound() {
        released("a", "lock", 1000, 2000);
        entry(2002, Entry.Kind.LOSS, "a", "lock", number, "REJECTED");
        assertThat(violations()).containsExactly(Kind.LOSS_DOUBLED);
    }

    @Test
    void callBeyondItsLimitIsFoundUnlessTheProcessStoodStill() {
        call("a", 10_000, 3100, 2000);
        call("b", 15_000, 8000, 2000);
        // Written down later than the call.
        stoodStill("b", 8_000, 15_001);
        assertThat(violations()).containsExactly(Kind.LATE_CALL);
    }

    @Test
    void processThatWasKilledWhenItWentOnHasNotWrittenItsPauseDown() {
        fault(8_000, 15_000, "a", "stop");
        call("a", 15_000, 8000, 2000);
        assertThat(violations()).isEmpty();
    }

    @Test
    void twoThreadsThatWaitedAtOnceCountOnce() {
        stoodStill("a", 8_000, 9_000);
        stoodStill("a", 8_100, 9_100);
        call("a", 10_000, 4200, 2000);
        assertThat(violations()).containsExactly(Kind.LATE_CALL);
    }

    @Test
    void signalThatIsMissedWithoutAGapIsFound() {
        emitted(1, 2, 3);
        arrived(10, "b", "events", 1);
        arrived(20, "b", "events", 3);
        assertThat(violations()).containsExactly(Kind.SIGNAL_LOST);
    }

    @Test
    void signalMayBeMissedInAGap() {
        emitted(1, 2, 3);
        arrived(10, "b", "events", 1);
        entry(15, Entry.Kind.GAP, "b", "events", 0, "RECONNECTED");
        arrived(20, "b", "events", 3);
        Report report = report();
        assertThat(report.violations()).isEmpty();
        assertThat(report.count("signals missed")).isEqualTo(1);
    }

    @Test
    void signalThatMayNotHaveBeenEmittedMayBeMissed() {
        emitted(1, 3);
        entry(2, Entry.Kind.EMIT, "a", "events.a", 2, "failed");
        arrived(10, "b", "events", 1);
        arrived(20, "b", "events", 3);
        assertThat(violations()).isEmpty();
    }

    @Test
    void signalThatArrivesTwiceIsFound() {
        emitted(1);
        arrived(10, "b", "events", 1);
        arrived(20, "b", "events", 1);
        assertThat(violations()).containsExactly(Kind.SIGNAL_DOUBLED);
    }

    @Test
    void signalThatArrivesAtTwoMembersOfAGroupIsFound() {
        emitted(1);
        arrived(10, "a", "jobs", 1);
        arrived(20, "b", "jobs", 1);
        assertThat(violations()).containsExactly(Kind.SIGNAL_DOUBLED);
    }

    @Test
    void signalThatOvertakesIsFound() {
        emitted(1, 2);
        arrived(10, "b", "events", 2);
        arrived(20, "b", "events", 1);
        assertThat(violations()).containsExactly(Kind.SIGNAL_ORDER);
    }

    @Test
    void signalThatMayNotHaveBeenEmittedMayArriveLater() {
        emitted(2);
        entry(1, Entry.Kind.EMIT, "a", "events.a", 1, "failed");
        arrived(10, "b", "events", 2);
        arrived(20, "b", "events", 1);
        assertThat(violations()).isEmpty();
    }

    @Test
    void whatAClosedClientHasLeftIsFound() {
        for (String left : List.of("1 0 0 0", "0 1 0 0", "0 0 1 0", "0 0 0 1")) {
            history.clear();
            entry(100_000, Entry.Kind.CLOSED, "a", "-", 0, left);
            assertThat(kinds(check(LIMITS))).as(left).containsExactly(Kind.LEAK);
        }
    }

    @Test
    void growingUseIsFound() {
        for (String growth : List.of("1000000 0 0", "0 5 0", "0 0 5")) {
            history.clear();
            String[] each = growth.split(" ", -1);
            for (int i = 0; i < 12; i++) {
                String use = Long.parseLong(each[0]) * 2 * i + " " + Long.parseLong(each[1]) * 2 * i + " "
                        + Long.parseLong(each[2]) * 2 * i;
                entry(i, Entry.Kind.USAGE, "a", "-", 0, use);
            }
            assertThat(kinds(check(LIMITS))).as(growth).containsExactly(Kind.LEAK);
        }
    }

    @Test
    void useThatFallsAgainIsNone() {
        for (int i = 0; i < 30; i++) {
            entry(i, Entry.Kind.USAGE, "a", "-", 0, i % 5 * 10_000_000 + " " + i % 5 * 100 + " " + i % 5 * 100);
        }
        assertThat(violations()).isEmpty();
    }

    @Test
    void lockThatIsLeftAtTheServerIsFound() {
        entry(200_000, Entry.Kind.ORPHAN, Entry.HARNESS, "-", 0, "lock-1");
        assertThat(violations()).containsExactly(Kind.ORPHAN);
    }

    @Test
    void processThatDidNotEndIsFound() {
        entry(100_000, Entry.Kind.ASKED_TO_END, "a", "-", 0, "-");
        assertThat(kinds(check(LIMITS))).containsExactly(Kind.UNFINISHED);
    }

    @Test
    void brokenHistoryIsRefused() {
        entry(1, Entry.Kind.SAMPLE, "a", "lock", 1, "-");
        assertThatThrownBy(() -> check(LIMITS)).hasMessageContaining("has not begun");
    }
}
