package io.dflockd.benchmarks.stripes;

import io.dflockd.benchmarks.load.Pairing;
import io.dflockd.benchmarks.load.Plan;
import io.dflockd.benchmarks.load.StripedRun;
import io.dflockd.benchmarks.load.Stripes;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Table;
import io.dflockd.benchmarks.server.Server;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code stripes}: the same load over one session connection and over several. It measures this on the machine that it has,
 * or, with {@code --costs}, simulates servers with more processors.
 */
public final class StripesCommand {

    private StripesCommand() {}

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        String costs = options.textOrNull("costs");
        if (costs != null) {
            simulate(costs(costs, options.number("way", 50)), options, out);
        } else {
            measure(options, out);
        }
    }

    // --- measured

    /** One way to do the load, and its runs. */
    private record Variant(String name, Stripes stripes, boolean bare, List<StripedRun> runs) {

        Variant(String kind, Stripes stripes) {
            this(
                    kind + ", " + count(stripes.connections(), "connection")
                            + (kind.equals("bare") ? "" : ", " + count(stripes.loops(), "loop")),
                    stripes,
                    kind.equals("bare"),
                    new ArrayList<>());
        }

        StripedRun run(Plan plan, Server server) throws Exception {
            return bare ? StripedRun.ofBare(plan, server, stripes) : StripedRun.ofClient(plan, server, stripes);
        }

        double median(ToDoubleFunction<StripedRun> figure) {
            return Pairing.median(runs.stream().map(figure::applyAsDouble).toList());
        }

        double timesOf(Variant one) {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < runs.size(); i++) {
                ratios.add(runs.get(i).summary().perSecond()
                        / one.runs.get(i).summary().perSecond());
            }
            return Pairing.median(ratios);
        }
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static void measure(Options options, PrintStream out) throws Exception {
        int[] connections = options.numbers("connections", "1,2,4");
        int inFlight = options.number("in-flight", 128);
        int rounds = options.number("rounds", 1500);
        int warmups = options.number("warmup", 3);
        int repeat = options.number("repeat", 7);
        try (Server server = Server.of(options, 100_000)) {
            options.done();
            Plan plan = Plan.small(server.addresses()).withInFlight(inFlight).withRounds(rounds);
            List<Variant> variants = variants(connections);
            for (int i = 0; i < warmups + repeat; i++) {
                for (Variant variant : variants) {
                    StripedRun run = variant.run(plan, server);
                    if (i >= warmups) {
                        variant.runs.add(run);
                        out.printf("%-32s %s%n", variant.name, run.summary().text());
                    }
                }
            }
            print(variants, out);
            out.printf("%d in flight, %s, Java %s%n", inFlight, server.describe(), Runtime.version());
        }
    }

    /** Bare sockets, one loop for all connections, a loop for each. */
    private static List<Variant> variants(int[] connections) {
        List<Variant> variants = new ArrayList<>();
        Arrays.stream(connections).forEach(number -> variants.add(new Variant("bare", new Stripes(number, number))));
        Arrays.stream(connections).forEach(number -> variants.add(new Variant("client", new Stripes(number, 1))));
        Arrays.stream(connections)
                .filter(number -> number > 1)
                .forEach(number -> variants.add(new Variant("client", new Stripes(number, number))));
        return variants;
    }

    private static void print(List<Variant> variants, PrintStream out) {
        Table table = new Table(
                "by",
                "pairs/s",
                "of the first",
                "p50",
                "p99",
                "server's processors",
                "server, of a pair",
                "loops, of a pair",
                "this process, of a pair");
        @Nullable Variant first = null;
        for (Variant variant : variants) {
            if (first == null || first.bare != variant.bare) {
                first = variant;
            }
            table.row(
                    variant.name,
                    String.format("%,.0f", variant.median(run -> run.summary().perSecond())),
                    String.format("x %.2f", variant.timesOf(first)),
                    Summary.time(variant.median(run -> run.summary().p50())),
                    Summary.time(variant.median(run -> run.summary().p99())),
                    String.format("%.2f", variant.median(StripedRun::serverProcessors)),
                    Summary.time(variant.median(StripedRun::serverPerPair)),
                    Summary.time(variant.median(StripedRun::loopPerPair)),
                    Summary.time(variant.median(run -> run.summary().cpuPerOperation())));
        }
        table.print(out);
    }

    // --- simulated

    private static Costs costs(String text, int wayMicros) {
        try {
            double[] nanos = Arrays.stream(text.split(",", -1))
                    .mapToDouble(part -> Double.parseDouble(part.trim()))
                    .toArray();
            if (nanos.length == 3) {
                return new Costs(nanos[0], nanos[1], nanos[2], wayMicros * 1e3);
            }
        } catch (NumberFormatException ex) {
            throw new IllegalArgumentException(wrong(text), ex);
        }
        throw new IllegalArgumentException(wrong(text));
    }

    private static String wrong(String text) {
        return "--costs wants the nanoseconds of a pair at the server, the loop and the callers, not '" + text + "'";
    }

    private static void simulate(Costs costs, Options options, PrintStream out) {
        int[] processors = options.numbers("processors", "1,2,4,8,16");
        int[] connections = options.numbers("connections", "1,2,4,8");
        int[] loops = options.numbers("loops", "1,2,4");
        int callers = options.number("callers", 8);
        int inFlight = options.number("in-flight", 128);
        int pairs = options.number("pairs", 100_000);
        options.done();
        List<Stripes> shapes = new ArrayList<>();
        for (int number : connections) {
            for (int of : loops) {
                if (of <= number && number % of == 0) {
                    shapes.add(new Stripes(number, of));
                }
            }
        }
        List<String> heads = new ArrayList<>(List.of("connections, loops"));
        Arrays.stream(processors).forEach(number -> heads.add(count(number, "processor")));
        Table table = new Table(heads.toArray(String[]::new));
        for (Stripes shape : shapes) {
            List<String> cells = new ArrayList<>(List.of(shape.connections() + ", " + shape.loops()));
            for (int number : processors) {
                Simulation.Result result = Simulation.run(costs, shape, callers, number, inFlight, pairs);
                cells.add(String.format("%,.0f (%.1f busy)", result.perSecond(), result.serverProcessors()));
            }
            table.row(cells.toArray(String[]::new));
        }
        out.printf(
                "simulated pairs/s by processors of the server; %d in flight, %d processors for callers, %s%n",
                inFlight, callers, costs);
        table.print(out);
    }
}
