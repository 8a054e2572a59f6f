package io.dflockd.reliability.run;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerStats;
import io.dflockd.reliability.check.Checker;
import io.dflockd.reliability.check.Report;
import io.dflockd.reliability.history.Entry;
import io.dflockd.reliability.history.History;
import io.dflockd.reliability.process.ServerProcess;
import io.dflockd.reliability.worker.WorkerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One run. The thread that calls {@link #run} starts everything, makes it fail, and waits for the end. */
public final class Run {

    private static final Fault[] OF_WORKERS = {
        Fault.CUT,
        Fault.CUT,
        Fault.RESET,
        Fault.RESET_TOWARDS_SERVER,
        Fault.FREEZE,
        Fault.HALF_OPEN,
        Fault.SLOW,
        Fault.SINGLE_BYTES,
        Fault.STOP,
        Fault.KILL
    };

    /** One failure in so many is one of a server. */
    private static final int SERVER_SHARE = 12;

    private final Settings settings;

    private final Random random;

    private final List<ServerProcess> servers = new ArrayList<>();

    private final List<Worker> workers = new ArrayList<>();

    private final List<Path> histories = new ArrayList<>();

    private int started;

    /** A run that has not begun. */
    public Run(Settings settings) {
        this.settings = settings;
        this.random = new Random(settings.seed());
    }

    /** Runs for the given time and a little longer. */
    public Report run() throws IOException, InterruptedException {
        Files.createDirectories(settings.folder());
        Path faults = settings.folder().resolve("faults.history");
        histories.add(faults);
        Set<String> survivors = new HashSet<>();
        List<String> orphans;
        try (History history = new History(Checker.SERVER, faults)) {
            for (int i = 0; i < settings.servers(); i++) {
                servers.add(new ServerProcess(
                        settings.serverCommand(), settings.folder().resolve("server-" + i + ".log")));
            }
            for (int i = 0; i < settings.workers(); i++) {
                startWorker();
            }
            long end = System.nanoTime() + settings.duration().toNanos();
            while (System.nanoTime() - end < 0) {
                TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(400));
                workers.stream().filter(worker -> !worker.isBusy()).forEach(Worker::endFault);
                failOnce(history);
            }
            workers.forEach(Worker::endFault);
            for (Worker worker : workers) {
                if (worker.stop()) {
                    survivors.add(worker.name);
                }
            }
            orphans = orphans();
        } finally {
            for (Worker worker : workers) {
                worker.close();
            }
            servers.forEach(ServerProcess::close);
        }
        List<Entry> entries =
                History.read(histories.stream().filter(Files::exists).toList());
        workers.forEach(worker -> survivors.add(worker.name));
        return new Checker(Fault.limits(settings.permits(), WorkerMain.SERVER_READ_TIMEOUT))
                .check(entries, survivors, orphans);
    }

    private Worker startWorker() throws IOException {
        started++;
        Worker worker = new Worker("worker-" + started, settings, servers, settings.seed() + started);
        workers.add(worker);
        histories.add(worker.history());
        return worker;
    }

    private void failOnce(History history) throws IOException, InterruptedException {
        if (random.nextInt(SERVER_SHARE) == 0) {
            history.write(System.nanoTime(), Entry.Kind.FAULT, "-", 0, Fault.SERVER_RESTART.text());
            servers.get(random.nextInt(servers.size())).restart();
            return;
        }
        Worker worker = workers.get(random.nextInt(workers.size()));
        Fault fault = OF_WORKERS[random.nextInt(OF_WORKERS.length)];
        if (worker.isBusy()) {
            return;
        }
        history.write(new Entry(System.nanoTime(), Entry.Kind.FAULT, worker.name, "-", 0, fault.text()));
        worker.begin(fault);
        if (fault == Fault.KILL) {
            workers.remove(worker);
            worker.close();
            startWorker();
        }
    }

    /** What the servers still hold when all leases have ended that a killed process had. */
    private List<String> orphans() throws InterruptedException {
        List<String> found = new ArrayList<>();
        for (ServerProcess server : servers) {
            String address = "127.0.0.1:" + server.port();
            try (DflockdClient client = DflockdClient.builder().servers(address).build()) {
                long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
                List<String> held = held(client);
                while (!held.isEmpty() && System.nanoTime() < deadline) {
                    TimeUnit.MILLISECONDS.sleep(100);
                    held = held(client);
                }
                held.forEach(key -> found.add("server " + address + " still has " + key));
            }
        }
        return found;
    }

    private static List<String> held(DflockdClient client) throws InterruptedException {
        List<String> held = new ArrayList<>();
        for (ServerStats stats : client.stats().values()) {
            stats.locks().forEach(lock -> held.add(lock.toString()));
            stats.semaphores().forEach(semaphore -> held.add(semaphore.toString()));
        }
        return held;
    }
}
