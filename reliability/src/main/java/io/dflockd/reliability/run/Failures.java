package io.dflockd.reliability.run;

import io.dflockd.reliability.history.Entry;
import io.dflockd.reliability.history.History;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The failures under way, and what is written down of them. Used by the thread of the run. */
final class Failures {

    interface Beginning {
        Link.Ending run() throws IOException, InterruptedException;
    }

    private record UnderWay(long number, String process, Object target, long until, Link.Ending ending) {}

    private final History history;

    private final List<UnderWay> underWay = new ArrayList<>();

    private long number;

    Failures(History history) {
        this.history = history;
    }

    /** Whether one lasts. */
    boolean isUnderWay(Object target) {
        return underWay.stream().anyMatch(each -> each.target.equals(target));
    }

    /** Begins one of a target, which is or belongs to the process. One that does not last is over at once. */
    void begin(Fault fault, String process, Object target, Beginning beginning)
            throws IOException, InterruptedException {
        number++;
        history.write(new Entry(System.nanoTime(), Entry.Kind.FAULT, process, "-", number, fault.text()));
        Link.Ending ending = beginning.run();
        long until = System.nanoTime() + fault.duration().toNanos();
        underWay.add(new UnderWay(number, process, target, until, ending));
        endDue();
    }

    /** Ends those whose time is over. */
    void endDue() throws IOException, InterruptedException {
        long now = System.nanoTime();
        end(underWay.stream().filter(each -> each.until - now <= 0).toList());
    }

    void endAll() throws IOException, InterruptedException {
        end(List.copyOf(underWay));
    }

    private void end(List<UnderWay> some) throws IOException, InterruptedException {
        for (UnderWay each : some) {
            each.ending.run();
            history.write(new Entry(System.nanoTime(), Entry.Kind.FAULT_END, each.process, "-", each.number, "-"));
            underWay.remove(each);
        }
    }
}
