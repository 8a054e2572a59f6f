package io.dflockd.benchmarks.report;

import io.dflockd.benchmarks.hold.HeldCommand;
import io.dflockd.benchmarks.load.Mode;
import io.dflockd.benchmarks.load.Pairing;
import io.dflockd.benchmarks.load.Plan;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Workers;
import io.dflockd.benchmarks.server.Server;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** {@code grow}: how cost grows with workers, depth, keys and held locks, as CSV; times are microseconds. */
public final class GrowCommand {

    private static final String PAIR =
            "client_per_second,bare_per_second,ratio,client_p50,bare_p50,client_p99,bare_p99,client_cpu,bare_cpu";

    private final PrintStream out;

    private final int pairs;

    private final int repeat;

    private GrowCommand(PrintStream out, int pairs, int repeat) {
        this.out = out;
        this.pairs = pairs;
        this.repeat = repeat;
    }

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        List<String> what =
                List.of(options.text("what", "workers,in-flight,keys,held").split(",", -1));
        Duration time = options.seconds("seconds", 20);
        int[] workers = options.numbers("workers", "1,4,16,64,256");
        int[] depths = options.numbers("depths", "1,8,32,128,512");
        int[] keys = options.numbers("keys", "1,4,16,64,1024,65536");
        int[] locks = options.numbers("locks", "1000,5000,10000,20000");
        GrowCommand grow = new GrowCommand(out, options.number("pairs", 60_000), options.number("repeat", 3));
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
                grow.held(server, locks, time);
            }
        }
    }

    private void workers(Plan plan, int[] counts) throws Exception {
        out.println("threads,workers," + PAIR);
        for (Workers.Kind kind : Workers.Kind.values()) {
            if (kind == Workers.Kind.VIRTUAL && Runtime.version().feature() < 21) {
                continue;
            }
            for (int count : counts) {
                Plan load = plan.withWorkers(count).withThreads(kind).withRounds(Math.max(200, pairs / count));
                pair(kind.name().toLowerCase(Locale.ROOT) + "," + count, Mode.OWN_KEY, load);
            }
        }
    }

    private void depths(Plan plan, int[] depths) throws Exception {
        out.println("in_flight," + PAIR);
        for (int depth : depths) {
            Plan load = plan.withInFlight(depth).withRounds(Math.max(200, 4 * pairs / depth));
            pair(String.valueOf(depth), Mode.ASYNC, load);
        }
    }

    private void keys(Plan plan, int[] numbers) throws Exception {
        out.println("keys_of_16_workers," + PAIR);
        for (int number : numbers) {
            Plan load = plan.withWorkers(16).withKeys(number).withRounds(pairs / 48);
            pair(String.valueOf(number), Mode.ONE_KEY, load);
        }
    }

    private void held(Server server, int[] sizes, Duration time) throws Exception {
        out.println("held,threads,connections,heap_bytes_of_each,renewals_per_second,percent_of_one_core,lost");
        for (int size : sizes) {
            HeldCommand.Result result = HeldCommand.measure(server, size, time);
            int connections = result.connections().values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            out.printf(
                    Locale.ROOT,
                    "%d,%d,%d,%.0f,%s,%.2f,%d%n",
                    size,
                    result.threads().size(),
                    connections,
                    result.heapBytes(),
                    result.renewals(),
                    result.cpuShare() * 100,
                    result.lost());
        }
    }

    private void pair(String row, Mode mode, Plan plan) throws Exception {
        PrintStream quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Mode bareMode = mode.bare();
        Pairing.Result result = Pairing.run(
                quiet, mode.text(), () -> mode.run(plan), bareMode.text(), () -> bareMode.run(plan), 1, repeat);
        Summary client = Pairing.median(result.first());
        Summary bare = Pairing.median(result.second());
        out.printf(
                Locale.ROOT,
                "%s,%.0f,%.0f,%.2f,%.1f,%.1f,%.1f,%.1f,%.1f,%.1f%n",
                row,
                client.perSecond(),
                bare.perSecond(),
                result.ratio(Summary::perSecond),
                client.p50() / 1e3,
                bare.p50() / 1e3,
                client.p99() / 1e3,
                bare.p99() / 1e3,
                client.cpuPerOperation() / 1e3,
                bare.cpuPerOperation() / 1e3);
    }
}
