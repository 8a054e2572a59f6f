package io.dflockd.benchmarks.report;

import io.dflockd.benchmarks.load.Mode;
import io.dflockd.benchmarks.load.Pairing;
import io.dflockd.benchmarks.load.Plan;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Table;
import io.dflockd.benchmarks.measure.Workers;
import io.dflockd.benchmarks.server.Server;
import java.io.PrintStream;

/**
 * {@code budgets}: the load budgets, each as a ratio in one run. Beside each stands its floor: the least cost of a shared
 * connection, without any of the client.
 */
public final class BudgetsCommand {

    private BudgetsCommand() {}

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        int repeat = options.number("repeat", 5);
        int pairs = options.number("pairs", 100_000);
        Table table = new Table(
                "load", "by", "pairs/s", "of bare", "p50", "of bare", "p99", "of bare", "processor time of a pair");
        try (Server server = Server.of(options, 10_000)) {
            options.done();
            Plan plan = Plan.small(server.addresses());
            Plan one = plan.withRounds(pairs / 5);
            add(table, out, "1 thread", Mode.OWN_KEY, one, repeat);
            add(table, out, "1 thread", Mode.BARE_LOOP, one, repeat);
            Plan many = plan.withWorkers(64).withRounds(pairs / 64);
            add(table, out, "64 platform threads", Mode.OWN_KEY, many, repeat);
            add(table, out, "64 platform threads", Mode.BARE_LOOP, many, repeat);
            if (Runtime.version().feature() >= 21) {
                for (int workers : new int[] {64, 256}) {
                    Plan virtual = plan.withThreads(Workers.Kind.VIRTUAL)
                            .withWorkers(workers)
                            .withRounds(pairs / workers);
                    add(table, out, workers + " virtual threads", Mode.OWN_KEY, virtual, repeat);
                }
            }
            // The compiler is busy with it for several seconds.
            Plan async = plan.withInFlight(128).withRounds(15 * pairs / 128);
            add(table, out, "128 in flight", Mode.ASYNC, async, repeat);
            add(table, out, "128 in flight", Mode.BARE_LOOP_ASYNC, async, repeat);
            out.println(server.describe() + ", Java " + Runtime.version());
        }
        table.print(out);
    }

    private static void add(Table table, PrintStream out, String load, Mode mode, Plan plan, int repeat)
            throws Exception {
        Mode bare = mode.bare();
        Pairing.Result result =
                Pairing.run(out, mode.text(), () -> mode.run(plan), bare.text(), () -> bare.run(plan), 3, repeat);
        Summary median = Pairing.median(result.first());
        table.row(
                load,
                mode == Mode.OWN_KEY || mode == Mode.ASYNC ? "client" : "floor",
                String.format("%,.0f", median.perSecond()),
                ratio(result.ratio(Summary::perSecond)),
                Summary.time(median.p50()),
                ratio(result.ratio(Summary::p50)),
                Summary.time(median.p99()),
                ratio(result.ratio(Summary::p99)),
                Summary.time(median.cpuPerOperation()));
    }

    private static String ratio(double value) {
        return String.format("x %.2f", value);
    }
}
