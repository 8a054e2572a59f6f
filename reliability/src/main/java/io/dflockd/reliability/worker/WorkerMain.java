package io.dflockd.reliability.worker;

import io.dflockd.client.DflockdClient;
import io.dflockd.reliability.history.Entry;
import io.dflockd.reliability.history.History;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The program of a worker process: {@code NAME SERVERS HISTORY THREADS KEYS PERMITS SEED}. It locks until its standard input ends,
 * closes its client, and writes down what is left.
 */
public final class WorkerMain {

    /** Of the lease and of everything else that a worker relies on. The servers of a run have a read timeout of 4 s. */
    public static final Duration LEASE = Duration.ofSeconds(3);

    public static final Duration SERVER_READ_TIMEOUT = Duration.ofSeconds(4);

    private static final Duration CLOSE = Duration.ofSeconds(10);

    private WorkerMain() {}

    /** Runs until the standard input ends. */
    public static void main(String[] args) throws Exception {
        String name = args[0];
        int threads = Integer.parseInt(args[3]);
        AtomicBoolean stopped = new AtomicBoolean();
        try (History history = new History(name, Path.of(args[2]))) {
            DflockdClient client = DflockdClient.builder()
                    .servers(args[1].split(",", -1))
                    .lease(LEASE)
                    .serverReadTimeout(SERVER_READ_TIMEOUT)
                    .keepAliveInterval(Duration.ofSeconds(1))
                    .waitConnectionIdle(Duration.ofSeconds(1))
                    .connectTimeout(Duration.ofSeconds(2))
                    .requestTimeout(Duration.ofSeconds(2))
                    .build();
            ExecutorService workers = threads();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Work work = new Work(
                        client,
                        history,
                        Integer.parseInt(args[4]),
                        Integer.parseInt(args[5]),
                        Long.parseLong(args[6]) * 1000 + i,
                        stopped);
                running.add(workers.submit(work));
            }
            awaitEndOfInput();
            stopped.set(true);
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
            workers.shutdown();
            int held = client.snapshot().held().size();
            client.close(CLOSE);
            history.write(System.nanoTime(), Entry.Kind.CLOSED, "-", 0, clientThreads() + " " + held);
        }
    }

    /** Virtual threads where there are some. */
    private static ExecutorService threads() throws ReflectiveOperationException {
        if (Runtime.version().feature() >= 21) {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        }
        return Executors.newCachedThreadPool();
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // The parent writes nothing.
        }
    }

    /** The threads of the client that are left a while after its close. */
    private static long clientThreads() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        long left = count();
        while (left > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
            left = count();
        }
        return left;
    }

    private static long count() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("dflockd-"))
                .count();
    }
}
