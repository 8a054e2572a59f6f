package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.measure.Workers;
import io.dflockd.client.ServerAddress;
import java.util.List;
import java.util.Locale;

/**
 * How much of a load.
 *
 * @param servers where
 * @param workers threads of the blocking modes
 * @param rounds pairs of each worker, or of each one in flight
 * @param threads kind of the threads
 * @param inFlight depth of the asynchronous and the pipelined mode
 * @param keys how many keys the shared modes choose from at random
 */
public record Plan(List<ServerAddress> servers, int workers, int rounds, Workers.Kind threads, int inFlight, int keys) {

    /** From the options. */
    static Plan of(Options options, List<ServerAddress> servers) {
        return new Plan(
                servers,
                options.number("workers", 1),
                options.number("rounds", 1000),
                kind(options),
                options.number("in-flight", 128),
                options.number("keys", 1));
    }

    /** The kind of threads of {@code --threads}. */
    static Workers.Kind kind(Options options) {
        return Workers.Kind.valueOf(options.text("threads", "platform").toUpperCase(Locale.ROOT));
    }

    /** With other workers. */
    public Plan withWorkers(int number) {
        return new Plan(servers, number, rounds, threads, inFlight, keys);
    }

    /** With other rounds. */
    public Plan withRounds(int number) {
        return new Plan(servers, workers, number, threads, inFlight, keys);
    }

    /** With other threads. */
    public Plan withThreads(Workers.Kind kind) {
        return new Plan(servers, workers, rounds, kind, inFlight, keys);
    }

    /** With another depth. */
    public Plan withInFlight(int number) {
        return new Plan(servers, workers, rounds, threads, number, keys);
    }

    /** With other keys. */
    public Plan withKeys(int number) {
        return new Plan(servers, workers, rounds, threads, inFlight, number);
    }

    /** One worker, one key, a thousand rounds. */
    public static Plan small(List<ServerAddress> servers) {
        return new Plan(servers, 1, 1000, Workers.Kind.PLATFORM, 128, 1);
    }

    /** The key of a worker, or of one in flight. */
    static String key(int number) {
        return "bench:" + number;
    }
}
