package io.dflockd.benchmarks.compare;

import io.dflockd.benchmarks.compare.Main.Amounts;
import io.dflockd.benchmarks.handover.Turns;
import io.dflockd.benchmarks.measure.ClientThreads;
import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Workers;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** The questions, put to one library. */
final class Trial {

    /** So many application instances share the waiters. */
    private static final int INSTANCES = 4;

    private static final long HOLD_MILLIS = 1;

    private final Contender.Factory factory;

    private final Callable<Integer> connections;

    Trial(Contender.Factory factory, Callable<Integer> connections) {
        this.factory = factory;
        this.connections = connections;
    }

    /** Threads and connections of one instance that has been used and does nothing now. */
    String idle(String name, Duration settle) throws Exception {
        ClientThreads threads = ClientThreads.since();
        try (Contender contender = factory.open()) {
            Contender.Lock lock = contender.lock("idle");
            lock.acquire();
            lock.release();
            TimeUnit.NANOSECONDS.sleep(settle.toNanos());
            return String.format(
                    "%-30s idle: %d threads, %d connections",
                    name, threads.names().size(), connections.call());
        }
    }

    /** Puts them once; the summaries by question. */
    Map<String, Summary> run(String name, Amounts amounts, boolean warmUp, PrintStream out) throws Exception {
        if (warmUp) {
            uncontended(1, amounts.rounds());
            uncontended(amounts.workers(), amounts.rounds() / 2);
        }
        Map<String, Summary> answers = new LinkedHashMap<>();
        answers.put("1 thread", uncontended(1, amounts.rounds()));
        answers.put(amounts.workers() + " threads", uncontended(amounts.workers(), amounts.rounds()));
        answers.put("hand-over", handover(amounts.turns()));
        answers.put(amounts.waiters() + " waiters", waiters(amounts.waiters()));
        answers.forEach((question, summary) -> out.printf("%-30s %-11s %s%n", name, question, summary.text()));
        return answers;
    }

    private Summary uncontended(int workers, int rounds) throws Exception {
        try (Contender contender = factory.open()) {
            List<Latencies> times = new ArrayList<>();
            List<Workers.Work> works = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                Latencies latencies = new Latencies(rounds);
                times.add(latencies);
                works.add(new Pairs(contender.lock("own:" + i), latencies, rounds));
            }
            return Latencies.summarize(times, Workers.run(Workers.Kind.PLATFORM, works));
        }
    }

    private record Pairs(Contender.Lock lock, Latencies latencies, int rounds) implements Workers.Work {

        @Override
        public void prepare() throws Exception {
            lock.acquire();
            lock.release();
        }

        @Override
        public void run() throws Exception {
            for (int i = 0; i < rounds; i++) {
                long before = System.nanoTime();
                lock.acquire();
                lock.release();
                latencies.add(System.nanoTime() - before);
            }
        }
    }

    private Summary handover(int rounds) throws Exception {
        List<Turns.Turn> players = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            players.add(new Player(factory.open()));
        }
        return Turns.run(players, rounds);
    }

    private static final class Player implements Turns.Turn {

        private final Contender contender;

        private final Contender.Lock lock;

        Player(Contender contender) {
            this.contender = contender;
            this.lock = contender.lock("handover");
        }

        @Override
        public void acquire() throws Exception {
            lock.acquire();
        }

        @Override
        public void release() throws Exception {
            lock.release();
        }

        @Override
        public void close() throws Exception {
            contender.close();
        }
    }

    /** Waiters of several instances come at once, each holds for a moment; the time of one is until it has released. */
    private Summary waiters(int count) throws Exception {
        List<Contender> instances = new ArrayList<>();
        try {
            for (int i = 0; i < INSTANCES; i++) {
                instances.add(factory.open());
            }
            List<Latencies> times = new ArrayList<>();
            List<Workers.Work> works = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Contender instance = instances.get(i % INSTANCES);
                Contender.Lock own = instance.lock("warm:" + i);
                Contender.Lock shared = instance.lock("waiters");
                Latencies latencies = new Latencies(1);
                times.add(latencies);
                works.add(new Workers.Work() {
                    @Override
                    public void prepare() throws Exception {
                        own.acquire();
                        own.release();
                    }

                    @Override
                    public void run() throws Exception {
                        long before = System.nanoTime();
                        shared.acquire();
                        TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
                        shared.release();
                        latencies.add(System.nanoTime() - before);
                    }
                });
            }
            return Latencies.summarize(times, Workers.run(Workers.Kind.PLATFORM, works));
        } finally {
            for (Contender instance : instances) {
                instance.close();
            }
        }
    }
}
