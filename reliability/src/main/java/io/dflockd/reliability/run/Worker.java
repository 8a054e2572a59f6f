package io.dflockd.reliability.run;

import io.dflockd.reliability.history.Entry;
import io.dflockd.reliability.history.History;
import io.dflockd.reliability.process.Processes;
import io.dflockd.reliability.worker.WorkerMain;
import io.dflockd.reliability.worker.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A worker process and its path to the servers. Used by the thread of the run. */
final class Worker implements AutoCloseable {

    private static final long END_SECONDS = 90;

    private static final Duration FIRST_HOLD = Duration.ofSeconds(15);

    final String name;

    private final Link link;

    private final Process process;

    private final Path folder;

    private final long startedAt = System.nanoTime();

    private boolean hasHeld;

    /** The number chooses its Java and the kind of its threads. */
    Worker(int number, Settings settings, Link link) throws IOException {
        this.name = "worker-" + number;
        this.link = link;
        this.folder = settings.folder();
        int javas = settings.javas().size();
        WorkerSettings ofWorker = new WorkerSettings(
                name,
                String.join(",", link.addresses()),
                settings.folder(),
                settings.threads(),
                settings.keys(),
                settings.permits(),
                settings.seed() + number,
                number / javas % 2 == 0,
                settings.modeOf().autoRelease(),
                settings.fenceFromToken());
        List<String> command = new ArrayList<>(link.prefix());
        command.addAll(Processes.java(settings.javas().get(number % javas), WorkerMain.class, ofWorker.arguments()));
        this.process = Processes.start(command, settings.folder().resolve(name + ".log"));
    }

    /** Whether it has held its first lock, or had enough time for that. */
    boolean hasHeld() throws IOException {
        if (!hasHeld) {
            Path history = History.file(folder, name);
            hasHeld = System.nanoTime() - startedAt > FIRST_HOLD.toNanos()
                    || (Files.exists(history) && Files.readString(history).contains(Entry.Kind.GRANTED.name()));
        }
        return hasHeld;
    }

    Link.Ending begin(Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case STOP -> {
                Processes.signal(process, "STOP");
                return () -> Processes.signal(process, "CONT");
            }
            case KILL -> {
                Processes.kill(process);
                return Link.Ending.NOTHING;
            }
            default -> {
                return link.begin(fault);
            }
        }
    }

    /** Lets it close its client. */
    void askToEnd() {
        try {
            process.getOutputStream().close();
        } catch (IOException ex) {
            // It has ended.
        }
    }

    /** Waits for the end that it was asked for. */
    void awaitEnd() throws InterruptedException {
        process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        Processes.kill(process);
        link.close();
    }
}
