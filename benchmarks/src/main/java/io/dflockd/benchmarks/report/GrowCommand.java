package io.dflockd.benchmarks.report;

import io.dflockd.benchmarks.hold.HeldCommand;
import io.dflockd.benchmarks.load.Mode;
import io.dflockd.benchmarks.load.Pairing;
import io.dflockd.benchmarks.load.Plan;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Table;
import io.dflockd.benchmarks.measure.Workers;
import io.dflockd.benchmarks.plot.Chart;
import io.dflockd.benchmarks.server.Server;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * {@code grow}: how cost grows with workers, depth, keys and held locks; one table and one image for each question of
 * {@code --what}, written into the folder of {@code --out}.
 */
public final class GrowCommand {

    private final PrintStream out;

    private final Path folder;

    private final int pairs;

    private final int repeat;

    private GrowCommand(PrintStream out, Path folder, int pairs, int repeat) {
        this.out = out;
        this.folder = folder;
        this.pairs = pairs;
        this.repeat = repeat;
    }

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        List<String> what =
                List.of(options.text("what", "workers,in-flight,keys,held").split(",", -1));
        int seconds = options.number("seconds", 20);
        int[] workers = options.numbers("workers", "1,4,16,64,256");
        int[] depths = options.numbers("depths", "1,8,32,128,512");
        int[] keys = options.numbers("keys", "1,4,16,64,1024,65536");
        int[] locks = options.numbers("locks", "1000,5000,10000,20000");
        GrowCommand grow = new GrowCommand(
                out,
                Path.of(options.text("out", "docs/images")),
                options.number("pairs", 60_000),
                options.number("repeat", 3));
        try (Server server = Server.of(options, 100_000)) {
            options.done();
            Plan plan = Plan.small(server.addresses());
            if (what.contains("workers")) {
                grow.workers(plan, workers);
            }
            if (what.contains("in-flight")) {
                grow.depths(plan, depths);
            }
            if (what.contains("keys")) {
                grow.keys(plan, keys);
            }
            if (what.contains("held")) {
                grow.held(server, locks, Duration.ofSeconds(seconds));
            }
        }
    }

    private void workers(Plan plan, int[] counts) throws Exception {
        Chart rate = new Chart("Pairs per second by workers, a key each", "workers", "pairs/s", false);
        Chart tail = new Chart("99th percentile of a pair by workers, a key each", "workers", "µs", true);
        Table table = table("workers");
        for (Workers.Kind kind : Workers.Kind.values()) {
            if (kind == Workers.Kind.VIRTUAL && Runtime.version().feature() < 21) {
                continue;
            }
            String threads = kind == Workers.Kind.VIRTUAL ? ", virtual threads" : ", platform threads";
            for (int count : counts) {
                Plan load = plan.withWorkers(count).withThreads(kind).withRounds(Math.max(200, pairs / count));
                Pairing.Result result = pair(Mode.OWN_KEY, load);
                row(table, count + threads, result);
                add(rate, tail, "client" + threads, "bare sockets" + threads, String.valueOf(count), result);
            }
        }
        table.print(out);
        rate.writeLines(folder.resolve("workers-rate.png"));
        tail.writeLines(folder.resolve("workers-p99.png"));
    }

    private void depths(Plan plan, int[] depths) throws Exception {
        Chart rate = new Chart("Pairs per second by number in flight, one connection", "in flight", "pairs/s", false);
        Table table = table("in flight");
        for (int depth : depths) {
            Plan load = plan.withInFlight(depth).withRounds(Math.max(200, 4 * pairs / depth));
            Pairing.Result result = pair(Mode.ASYNC, load);
            row(table, String.valueOf(depth), result);
            String category = String.valueOf(depth);
            rate.add(
                    "client, asynchronous",
                    category,
                    Pairing.median(result.first()).perSecond());
            rate.add(
                    "bare, pipelined by one thread",
                    category,
                    Pairing.median(result.second()).perSecond());
            rate.add(
                    "floor: bare loop, continuations on a pool",
                    category,
                    Mode.BARE_LOOP_ASYNC.run(load).perSecond());
        }
        table.print(out);
        rate.writeLines(folder.resolve("in-flight-rate.png"));
    }

    private void keys(Plan plan, int[] numbers) throws Exception {
        Chart rate = new Chart("Pairs per second by number of shared keys, 16 workers", "keys", "pairs/s", false);
        Chart tail = new Chart("99th percentile of a pair by number of shared keys, 16 workers", "keys", "µs", true);
        Table table = table("keys");
        for (int number : numbers) {
            Plan load = plan.withWorkers(16).withKeys(number).withRounds(pairs / 48);
            Pairing.Result result = pair(Mode.ONE_KEY, load);
            row(table, String.valueOf(number), result);
            add(rate, tail, "client", "bare sockets", String.valueOf(number), result);
        }
        table.print(out);
        rate.writeLines(folder.resolve("keys-rate.png"));
        tail.writeLines(folder.resolve("keys-p99.png"));
    }

    private void held(Server server, int[] sizes, Duration time) throws Exception {
        Chart cost = new Chart("Processor time of one client by locks held", "locks held", "% of one core", false);
        Table table = new Table("held", "threads", "connections", "heap of each", "renewals/s", "of one core", "lost");
        for (int size : sizes) {
            HeldCommand.Result result = HeldCommand.measure(server, size, time);
            table.row(
                    String.valueOf(size),
                    String.valueOf(result.threads().size()),
                    String.valueOf(result.connections().values().stream()
                            .mapToInt(Integer::intValue)
                            .sum()),
                    String.format("%.0f bytes", result.heapBytes()),
                    String.format("%.0f", result.renewalsPerSecond()),
                    String.format("%.2f %%", result.cpuShare() * 100),
                    String.valueOf(result.lost()));
            cost.add("client, leases of 33 s renewed at half", String.valueOf(size), result.cpuShare() * 100);
        }
        table.print(out);
        cost.writeLines(folder.resolve("held-cost.png"));
    }

    private Pairing.Result pair(Mode mode, Plan plan) throws Exception {
        PrintStream quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Mode bare = mode.bare();
        return Pairing.run(quiet, mode.text(), () -> mode.run(plan), bare.text(), () -> bare.run(plan), 1, repeat);
    }

    private static Table table(String first) {
        return new Table(first, "client", "bare", "throughput", "client p50", "bare p50", "client p99", "bare p99");
    }

    private static void row(Table table, String name, Pairing.Result result) {
        Summary client = Pairing.median(result.first());
        Summary bare = Pairing.median(result.second());
        table.row(
                name,
                String.format("%,.0f/s", client.perSecond()),
                String.format("%,.0f/s", bare.perSecond()),
                String.format("x %.2f", result.ratio(Summary::perSecond)),
                Summary.time(client.p50()),
                Summary.time(bare.p50()),
                Summary.time(client.p99()),
                Summary.time(bare.p99()));
    }

    private static void add(
            Chart rate, Chart tail, String client, String bare, String category, Pairing.Result result) {
        rate.add(client, category, Pairing.median(result.first()).perSecond());
        rate.add(bare, category, Pairing.median(result.second()).perSecond());
        tail.add(client, category, Pairing.median(result.first()).p99() / 1e3);
        tail.add(bare, category, Pairing.median(result.second()).p99() / 1e3);
    }
}
