package io.dflockd.reliability.run;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerStats;
import io.dflockd.reliability.process.ServerProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The server processes of a phase. Used by the thread of the run. */
final class Servers implements AutoCloseable {

    /** By then all leases and read timeouts are over. */
    private static final Duration ORPHANED = Duration.ofSeconds(15);

    private final Settings settings;

    private final List<ServerProcess> processes = new ArrayList<>();

    Servers(Settings settings) throws IOException, InterruptedException {
        this.settings = settings;
        try {
            for (int i = 0; i < settings.servers(); i++) {
                processes.add(new ServerProcess("server-" + i, settings.serverCommand(), settings.folder()));
            }
        } catch (IOException ex) {
            close();
            throw ex;
        }
    }

    List<ServerProcess> processes() {
        return processes;
    }

    Link.Ending begin(Fault fault, ServerProcess server) throws IOException, InterruptedException {
        if (fault == Fault.SERVER_STOP) {
            server.signal("STOP");
            return () -> server.signal("CONT");
        }
        if (!settings.fencesOutliveServers()) {
            resetStores();
        }
        server.restart();
        return Link.Ending.NOTHING;
    }

    /** Otherwise they would refuse the fences of the new server, which begin again. */
    private void resetStores() throws IOException {
        try (DirectoryStream<Path> stores = Files.newDirectoryStream(settings.folder(), "*.store")) {
            for (Path store : stores) {
                Files.deleteIfExists(store);
            }
        }
    }

    /** What they still have when nobody uses them any more: locks, slots, waiters, connections. */
    List<String> orphans() throws InterruptedException {
        List<String> found = new ArrayList<>();
        for (ServerProcess server : processes) {
            String address = "127.0.0.1:" + server.port();
            try (DflockdClient client = DflockdClient.builder().servers(address).build()) {
                long deadline = System.nanoTime() + ORPHANED.toNanos();
                List<String> left = left(client);
                while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
                    TimeUnit.MILLISECONDS.sleep(100);
                    left = left(client);
                }
                left.forEach(what -> found.add("server " + address + " still has " + what));
            }
        }
        return found;
    }

    private static List<String> left(DflockdClient client) throws InterruptedException {
        List<String> left = new ArrayList<>();
        for (ServerStats stats : client.stats().values()) {
            stats.locks().forEach(lock -> left.add(lock.toString()));
            stats.semaphores().forEach(semaphore -> left.add(semaphore.toString()));
            stats.signalChannels().forEach(channel -> left.add(channel.toString()));
            // The one that asks is among them.
            if (stats.connections() > 1) {
                left.add(stats.connections() - 1 + " connections");
            }
        }
        return left;
    }

    @Override
    public void close() {
        processes.forEach(ServerProcess::close);
    }
}
