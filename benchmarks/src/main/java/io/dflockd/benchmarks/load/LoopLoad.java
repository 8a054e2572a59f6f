package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Workers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link LoopConnection}, blocking or with continuations on a pool: the least cost of a shared connection. */
record LoopLoad(boolean async) implements Mode.Load {

    private static final int TOKEN_LENGTH = 32;

    @Override
    public Summary run(Plan plan) throws Exception {
        try (LoopConnection connection = new LoopConnection(plan.servers().get(0))) {
            List<Latencies> times = new ArrayList<>();
            List<Pairs> all = new ArrayList<>();
            for (int i = 0; i < (async ? plan.inFlight() : plan.workers()); i++) {
                Latencies latencies = new Latencies(plan.rounds());
                times.add(latencies);
                all.add(new Pairs(connection, Plan.key(i), latencies, plan.rounds()));
            }
            Span time = async ? runAsync(all) : Workers.run(plan.threads(), all);
            return Latencies.summarize(times, time);
        }
    }

    private static Span runAsync(List<Pairs> all) throws Exception {
        Executor executor = new ForkJoinPool(
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                ForkJoinPool.defaultForkJoinWorkerThreadFactory,
                null,
                true);
        Span begin = Span.begin();
        all.forEach(pairs -> pairs.next(executor));
        for (Pairs pairs : all) {
            pairs.end.get(10, TimeUnit.MINUTES);
        }
        return begin.end();
    }

    private static final class Pairs implements Workers.Work {

        final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

        private final LoopConnection connection;

        private final byte[] acquire;

        private final byte[] release;

        private final Latencies latencies;

        private int left;

        private long before;

        Pairs(LoopConnection connection, String key, Latencies latencies, int rounds) {
            this.connection = connection;
            this.acquire = ("l\n" + key + "\n0\n").getBytes(StandardCharsets.UTF_8);
            this.release = ("r\n" + key + "\n" + "0".repeat(TOKEN_LENGTH) + "\n").getBytes(StandardCharsets.UTF_8);
            this.latencies = latencies;
            this.left = rounds;
        }

        @Override
        public void run() throws Exception {
            while (left-- > 0) {
                before = System.nanoTime();
                byte[] token = tokenOf(connection.ask(acquire).get(60, TimeUnit.SECONDS));
                connection.ask(releaseOf(token)).get(60, TimeUnit.SECONDS);
                latencies.add(System.nanoTime() - before);
            }
        }

        void next(Executor executor) {
            if (left-- == 0) {
                end.complete(null);
                return;
            }
            before = System.nanoTime();
            var unused = connection
                    .ask(acquire)
                    .thenComposeAsync(answer -> connection.ask(releaseOf(tokenOf(answer))), executor)
                    .whenCompleteAsync(
                            (answer, failure) -> {
                                latencies.add(System.nanoTime() - before);
                                if (failure != null) {
                                    end.completeExceptionally(failure);
                                } else {
                                    next(executor);
                                }
                            },
                            executor);
        }

        private byte[] releaseOf(byte[] token) {
            byte[] request = release.clone();
            System.arraycopy(token, 0, request, request.length - 1 - TOKEN_LENGTH, TOKEN_LENGTH);
            return request;
        }

        private static byte[] tokenOf(byte[] answer) {
            if (answer.length < 3 + TOKEN_LENGTH || answer[0] != 'o') {
                throw new java.io.UncheckedIOException(
                        new IOException("not acquired: " + new String(answer, StandardCharsets.UTF_8)));
            }
            return java.util.Arrays.copyOfRange(answer, 3, 3 + TOKEN_LENGTH);
        }
    }
}
