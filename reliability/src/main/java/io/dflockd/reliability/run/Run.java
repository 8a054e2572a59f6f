package io.dflockd.reliability.run;

import io.dflockd.reliability.history.Entry;
import io.dflockd.reliability.history.History;
import io.dflockd.reliability.history.Watchdog;
import io.dflockd.reliability.process.ServerProcess;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * One phase of a run. The thread that calls {@link #run} starts everything, makes it fail, and waits for the end. What has happened
 * stands in the histories then.
 */
final class Run {

    /** The mean time between two failures. So each worker has time to work, too. */
    private static final int BETWEEN_MILLIS = 1200;

    private final Settings settings;

    private final Random random;

    private final List<Worker> workers = new ArrayList<>();

    /** The failures that this round still has. */
    private final Deque<Fault> round = new ArrayDeque<>();

    private int started;

    Run(Settings settings) {
        this.settings = settings;
        this.random = new Random(settings.seed());
    }

    /** Runs for the given time and a little longer. */
    void run() throws IOException, InterruptedException {
        try (History history = new History(Entry.HARNESS, History.file(settings.folder(), Entry.HARNESS));
                Watchdog watchdog = new Watchdog(history, List.of("relay"));
                Servers servers = new Servers(settings)) {
            try {
                for (int i = 0; i < settings.workers(); i++) {
                    startWorker(servers);
                }
                failAgainAndAgain(new Failures(history), servers);
                end(history);
                for (String orphan : servers.orphans()) {
                    history.write(System.nanoTime(), Entry.Kind.ORPHAN, "-", 0, orphan);
                }
            } finally {
                for (Worker worker : workers) {
                    worker.close();
                }
            }
        }
    }

    private void failAgainAndAgain(Failures failures, Servers servers) throws IOException, InterruptedException {
        long end = System.nanoTime() + settings.duration().toNanos();
        while (System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS / 2 + random.nextInt(BETWEEN_MILLIS));
            failures.endDue();
            if (allHaveHeld()) {
                failOnce(failures, servers);
            }
        }
        failures.endAll();
    }

    /** What a young process does takes much longer, for want of compiled code. */
    private boolean allHaveHeld() throws IOException {
        for (Worker worker : workers) {
            if (!worker.hasHeld()) {
                return false;
            }
        }
        return true;
    }

    private void startWorker(Servers servers) throws IOException, InterruptedException {
        started++;
        Link link = settings.modeOf() == Mode.PACKETS
                ? new CableLink(started, servers.processes())
                : new RelayLink(servers.processes());
        workers.add(new Worker(started, settings, link));
    }

    private void failOnce(Failures failures, Servers servers) throws IOException, InterruptedException {
        if (round.isEmpty()) {
            List<Fault> next = new ArrayList<>(settings.modeOf().faults());
            Collections.shuffle(next, random);
            round.addAll(next);
        }
        Fault fault = round.element();
        if (fault.isOfServer()) {
            List<ServerProcess> idle = servers.processes().stream()
                    .filter(server -> !failures.isUnderWay(server))
                    .toList();
            if (!idle.isEmpty()) {
                ServerProcess server = idle.get(random.nextInt(idle.size()));
                failures.begin(round.remove(), Entry.SERVER, server, () -> servers.begin(fault, server));
            }
            return;
        }
        // The first one lives as long as the run, so that a leak shows.
        List<Worker> idle = workers.stream()
                .skip(fault == Fault.KILL ? 1 : 0)
                .filter(worker -> !failures.isUnderWay(worker))
                .toList();
        if (!idle.isEmpty()) {
            Worker worker = idle.get(random.nextInt(idle.size()));
            failures.begin(round.remove(), worker.name, worker, () -> worker.begin(fault));
            if (fault == Fault.KILL) {
                workers.remove(worker);
                worker.close();
                startWorker(servers);
            }
        }
    }

    private void end(History history) throws InterruptedException {
        for (Worker worker : workers) {
            history.write(new Entry(System.nanoTime(), Entry.Kind.ASKED_TO_END, worker.name, "-", 0, "-"));
            worker.askToEnd();
        }
        for (Worker worker : workers) {
            worker.awaitEnd();
        }
    }
}
