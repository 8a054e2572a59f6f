package io.dflockd.benchmarks.compare;

import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.server.Server;
import io.dflockd.client.DflockdClient;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/**
 * Compares dflockd, Redisson's {@code RLock} and Spring Integration's {@code RedisLockRegistry}, each against its own
 * server on this machine.
 */
public final class Main {

    private static final String USAGE = """
            java -jar compare-redis.jar --option value ...

              needs redis-server on the path: --rounds, --workers, --turns, --waiters, --repeat, --settle;
              the server of dflockd is chosen by --servers, --server-command or --server, as in benchmarks.jar
            """;

    private Main() {}

    /** How much of it. */
    record Amounts(int rounds, int workers, int turns, int waiters, int repeat) {}

    /** Runs the comparison. */
    public static void main(String[] arguments) throws Exception {
        if (List.of(arguments).contains("help")) {
            System.out.print(USAGE);
            return;
        }
        try {
            run(new Options(List.of(arguments)), System.out);
        } catch (IllegalArgumentException ex) {
            System.err.println(ex.getMessage());
            System.exit(2);
        }
    }

    static void run(Options options, PrintStream out) throws Exception {
        Amounts amounts = new Amounts(
                options.number("rounds", 3000),
                options.number("workers", 16),
                options.number("turns", 300),
                options.number("waiters", 32),
                options.number("repeat", 3));
        Duration settle = options.seconds("settle", 6);
        try (Server server = Server.of(options, 10_000);
                RedisProcess redis = RedisProcess.start()) {
            options.done();
            for (Map.Entry<String, Trial> trial : trials(server, redis).entrySet()) {
                out.println(trial.getValue().idle(trial.getKey(), settle));
            }
            Results results = new Results();
            for (int i = 0; i < amounts.repeat(); i++) {
                out.printf("--- round %d of %d%n", i + 1, amounts.repeat());
                for (Map.Entry<String, Trial> trial : trials(server, redis).entrySet()) {
                    String name = trial.getKey();
                    trial.getValue()
                            .run(name, amounts, i == 0, out)
                            .forEach((question, summary) -> results.add(name, question, summary));
                }
            }
            results.print(out);
        }
    }

    private static Map<String, Trial> trials(Server server, RedisProcess redis) {
        Map<String, Trial> trials = new LinkedHashMap<>();
        trials.put("dflockd", new Trial(() -> new DflockdContender(server.addresses()), () -> connections(server)));
        trials.put("Redisson RLock", new Trial(() -> new RedissonContender(redis.port()), redis::connections));
        for (RedisLockType type : List.of(RedisLockType.SPIN_LOCK, RedisLockType.PUB_SUB_LOCK)) {
            trials.put(
                    "RedisLockRegistry " + type,
                    new Trial(() -> new IntegrationContender(redis.port(), type), redis::connections));
        }
        return trials;
    }

    /** Connections to the server but for the one that asks. */
    private static int connections(Server server) throws InterruptedException {
        try (DflockdClient asking =
                DflockdClient.builder().servers(server.addresses()).build()) {
            return (int) asking.stats().values().iterator().next().connections() - 1;
        }
    }
}
