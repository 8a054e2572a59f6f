package io.dflockd.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * A client process of the tests. Reads commands from its input, and writes to its output when it held what:
 *
 * <pre>
 * contend KEY TIMES THREADS  acquires and releases, THREADS at a time; a line "held KEY from to fence" each, then "done"
 * wait KEY NUMBER            acquires once in the background; then "held ..." with the number
 * hold KEY                   acquires and holds; "holding"
 * exit
 * </pre>
 *
 * <p>Times are of {@link System#nanoTime()}, which all processes of one machine share on Linux.
 */
final class OwnershipRecorder {

    private final DflockdClient client;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    private OwnershipRecorder(DflockdClient client) {
        this.client = client;
    }

    public static void main(String[] args) throws Exception {
        try (DflockdClient client = DflockdClient.builder()
                .servers(args)
                .acquireTimeout(Duration.ofSeconds(60))
                .build()) {
            new OwnershipRecorder(client).run();
        }
    }

    private void run() throws Exception {
        say("ready");
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line;
            while ((line = in.readLine()) != null && !line.equals("exit")) {
                obey(line.split(" "));
            }
        } catch (IOException ex) {
            say("failed " + ex);
        }
    }

    private void obey(String[] command) throws Exception {
        switch (command[0]) {
            case "contend" -> contend(command[1], Integer.parseInt(command[2]), Integer.parseInt(command[3]));
            case "wait" -> threads.submit(() -> hold(command[1], command[2]));
            case "hold" -> {
                client.lock(command[1]).acquire();
                say("holding");
            }
            default -> say("unknown command");
        }
    }

    private void contend(String key, int times, int atATime) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < atATime; i++) {
            running.add(threads.submit(() -> {
                for (int n = 0; n < times; n++) {
                    hold(key, "-");
                }
                return null;
            }));
        }
        for (Future<?> one : running) {
            one.get();
        }
        say("done");
    }

    private Void hold(String key, String number) throws Exception {
        try (LockHandle handle = client.lock(key).acquire()) {
            long from = System.nanoTime();
            LockSupport.parkNanos(200_000);
            long to = System.nanoTime();
            if (!handle.isHeld()) {
                say("failed: not held");
            }
            say("held " + key + " " + from + " " + to + " " + handle.fence().orElse(-1) + " " + number);
        } catch (RuntimeException ex) {
            say("failed " + ex);
        }
        return null;
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
