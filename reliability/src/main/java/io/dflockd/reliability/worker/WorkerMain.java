package io.dflockd.reliability.worker;

import io.dflockd.client.DflockdClient;
import io.dflockd.reliability.history.Entry.Kind;
import io.dflockd.reliability.history.History;
import io.dflockd.reliability.history.Watchdog;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The program of a worker process. It locks until its standard input ends, closes its client, and writes down what is left.
 */
public final class WorkerMain {

    private static final Duration CLOSE = Duration.ofSeconds(10);

    private static final long END_SECONDS = 40;

    private static final long LEFT_SECONDS = 15;

    /** The client's threads, and those that call it: platform threads, and the carriers of virtual ones. */
    private static final List<String> THREADS = List.of("dflockd-", "pool-", "ForkJoinPool", "VirtualThread");

    private WorkerMain() {}

    /** Runs until the standard input ends. */
    public static void main(String[] args) throws Exception {
        WorkerSettings settings = WorkerSettings.of(args);
        int status = 0;
        try (History history = new History(settings.name(), History.file(settings.folder(), settings.name()));
                Watchdog watchdog = new Watchdog(history, THREADS)) {
            Usage before = Usage.first();
            boolean virtual = settings.virtualThreads() && Runtime.version().feature() >= 21;
            history.write(
                    System.nanoTime(),
                    Kind.STARTED,
                    "-",
                    0,
                    "Java " + Runtime.version().feature() + ", " + (virtual ? "virtual" : "platform") + " threads");
            List<WeakReference<DflockdClient>> clients = new ArrayList<>();
            int held = work(settings, history, virtual, clients);
            String left = left(before, held, clients);
            history.write(System.nanoTime(), Kind.CLOSED, "-", 0, left);
        } catch (Exception ex) {
            ex.printStackTrace(System.out);
            Thread.getAllStackTraces().forEach((thread, stack) -> {
                System.out.println(thread);
                List.of(stack).forEach(frame -> System.out.println("    " + frame));
            });
            status = 1;
        }
        // A thread that does not end must not keep the process.
        Runtime.getRuntime().halt(status);
    }

    /** The number of locks that the client still had when all threads had ended. Leaves a reference to its client. */
    private static int work(
            WorkerSettings settings, History history, boolean virtual, List<WeakReference<DflockdClient>> clients)
            throws Exception {
        DflockdClient client = client(settings);
        clients.add(new WeakReference<>(client));
        AtomicBoolean stopped = new AtomicBoolean();
        ExecutorService threads = threads(virtual);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < settings.threads(); i++) {
            running.add(threads.submit(new Work(client, history, settings, i, stopped)));
        }
        running.add(threads.submit(new SignalWork(client, history, settings.name(), stopped)));
        Thread reporter = new Thread(() -> Usage.report(history), "usage");
        reporter.setDaemon(true);
        reporter.start();
        awaitEndOfInput();
        stopped.set(true);
        reporter.interrupt();
        for (Future<?> each : running) {
            each.get(END_SECONDS, TimeUnit.SECONDS);
        }
        threads.shutdown();
        int held = client.snapshot().held().size();
        client.close(CLOSE);
        return held;
    }

    private static DflockdClient client(WorkerSettings settings) {
        return DflockdClient.builder()
                .servers(settings.servers().split(",", -1))
                .lease(WorkerSettings.LEASE)
                .serverReadTimeout(WorkerSettings.SERVER_READ_TIMEOUT)
                .serverAutoRelease(settings.autoRelease())
                .fenceFromToken(settings.fenceFromToken())
                .keepAliveInterval(Duration.ofSeconds(1))
                .waitConnectionIdle(Duration.ofSeconds(1))
                .connectTimeout(Limits.CONNECT)
                .requestTimeout(Limits.REQUEST)
                .build();
    }

    private static ExecutorService threads(boolean virtual) throws ReflectiveOperationException {
        return virtual
                ? (ExecutorService) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null)
                : Executors.newCachedThreadPool();
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // The parent writes nothing.
        }
    }

    /** What the client has left a while after its close: threads, holds, sockets, clients. */
    private static String left(Usage before, int held, List<WeakReference<DflockdClient>> clients)
            throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEFT_SECONDS);
        while (true) {
            Usage now = Usage.now();
            long reachable = clients.stream().filter(each -> each.get() != null).count();
            long sockets = Math.max(0, now.sockets() - before.sockets());
            boolean nothing = now.clientThreads() == 0 && sockets == 0 && reachable == 0;
            if (nothing || System.nanoTime() - deadline >= 0) {
                return now.clientThreads() + " " + held + " " + sockets + " " + reachable;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
