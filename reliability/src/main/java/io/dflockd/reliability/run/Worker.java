package io.dflockd.reliability.run;

import io.dflockd.reliability.process.Processes;
import io.dflockd.reliability.process.Relay;
import io.dflockd.reliability.process.ServerProcess;
import io.dflockd.reliability.worker.WorkerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A worker process and its paths to the servers. Used by the thread of the run. */
final class Worker implements AutoCloseable {

    private static final long END_SECONDS = 90;

    final String name;

    private final List<Relay> relays = new ArrayList<>();

    private final Process process;

    private final Path history;

    /** When the failure under way is over. */
    private long busyUntil = System.nanoTime();

    private Runnable end = () -> {};

    Worker(String name, Settings settings, List<ServerProcess> servers, long seed) throws IOException {
        this.name = name;
        this.history = settings.folder().resolve(name + ".history");
        for (ServerProcess server : servers) {
            relays.add(new Relay(server.port()));
        }
        this.process = Processes.start(
                Processes.java(
                        WorkerMain.class,
                        List.of(
                                name,
                                relays.stream().map(Relay::address).collect(Collectors.joining(",")),
                                history.toString(),
                                Integer.toString(settings.threads()),
                                Integer.toString(settings.keys()),
                                Integer.toString(settings.permits()),
                                Long.toString(seed))),
                settings.folder().resolve(name + ".log"));
    }

    Path history() {
        return history;
    }

    boolean isBusy() {
        return System.nanoTime() - busyUntil < 0;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Begins a failure; {@link #endFault} ends it. */
    void begin(Fault fault) throws IOException, InterruptedException {
        busyUntil = System.nanoTime() + fault.duration().toNanos();
        switch (fault) {
            case CUT -> relays.forEach(Relay::cut);
            case RESET -> relays.forEach(Relay::reset);
            case RESET_TOWARDS_SERVER -> {
                relays.forEach(Relay::resetTowardsServer);
                end = () -> relays.forEach(Relay::endHalfOpen);
            }
            case FREEZE -> mode(Relay.Mode.FROZEN);
            case HALF_OPEN -> mode(Relay.Mode.HALF_OPEN);
            case SLOW -> mode(Relay.Mode.SLOW);
            case SINGLE_BYTES -> mode(Relay.Mode.SINGLE_BYTES);
            case STOP -> {
                Processes.signal(process, "STOP");
                end = this::goOn;
            }
            case KILL -> Processes.kill(process);
            case SERVER_RESTART -> throw new IllegalArgumentException(fault + " is not of a worker");
        }
    }

    private void mode(Relay.Mode mode) {
        relays.forEach(relay -> relay.mode(mode));
        end = () -> relays.forEach(relay -> relay.mode(Relay.Mode.PASS));
    }

    private void goOn() {
        try {
            Processes.signal(process, "CONT");
        } catch (IOException ex) {
            throw new IllegalStateException(ex);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the failure under way. */
    void endFault() {
        end.run();
        end = () -> {};
        busyUntil = System.nanoTime();
    }

    /** Lets it close its client. Whether it has ended by itself. */
    boolean stop() throws InterruptedException {
        try {
            process.getOutputStream().close();
        } catch (IOException ex) {
            // It has ended.
        }
        return process.waitFor(END_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Override
    public void close() throws IOException {
        Processes.kill(process);
        for (Relay relay : relays) {
            relay.close();
        }
    }
}
