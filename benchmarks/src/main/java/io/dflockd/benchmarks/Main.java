package io.dflockd.benchmarks;

import io.dflockd.benchmarks.handover.HandoverCommand;
import io.dflockd.benchmarks.hold.HeldCommand;
import io.dflockd.benchmarks.hold.IdleCommand;
import io.dflockd.benchmarks.load.LoadCommand;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.report.BudgetsCommand;
import io.dflockd.benchmarks.report.GrowCommand;
import io.dflockd.benchmarks.signals.SignalsCommand;
import io.dflockd.benchmarks.startup.StartupCommand;
import java.io.PrintStream;
import java.util.List;

/** The driver's entry: one command with its options. */
public final class Main {

    private static final String USAGE = """
            java -jar benchmarks.jar COMMAND --option value ...

              load      pairs of acquire and release: --mode own-key|one-key|async|bare|bare-one-key|bare-pipelined|
                        bare-loop|bare-loop-async, --against bare|MODE runs both in turns, --workers, --rounds,
                        --threads platform|virtual, --in-flight, --keys (of one-key), --repeat, --warmup
              budgets   the load budgets and their floors as one table: --pairs, --repeat
              handover  release in A to acquired in B, then many waiters: --rounds, --waiters, --repeat
              held      locks held for a while: --locks 10000[,...], --seconds
              idle      a client that does nothing: --seconds, --settle
              signals   emit to handler: --rounds, --repeat
              grow      tables and images of cost: --what workers,in-flight,keys,held, --out FOLDER, --pairs, --repeat
              startup   what the starter adds to the start of a Boot application: --repeat
              all       all of these, one after the other: --out FOLDER
              jmh       the small things; options of JMH, -h shows them

            All but startup and jmh take --servers host:port[,...]; without it they start --server embedded|plain
            in a process of its own; --delay MICROS holds back each answer of the plain one, for loads of one worker.
            """;

    private Main() {}

    /** Runs the command that the first argument names. */
    public static void main(String[] arguments) throws Exception {
        System.setProperty("java.awt.headless", "true");
        try {
            run(List.of(arguments), System.out);
        } catch (IllegalArgumentException ex) {
            System.err.println(ex.getMessage());
            System.exit(2);
        }
    }

    static void run(List<String> arguments, PrintStream out) throws Exception {
        String command = arguments.isEmpty() ? "help" : arguments.get(0);
        List<String> rest = arguments.subList(Math.min(1, arguments.size()), arguments.size());
        switch (command) {
            case "load" -> LoadCommand.run(new Options(rest), out);
            case "budgets" -> BudgetsCommand.run(new Options(rest), out);
            case "handover" -> HandoverCommand.run(new Options(rest), out);
            case "held" -> HeldCommand.run(new Options(rest), out);
            case "idle" -> IdleCommand.run(new Options(rest), out);
            case "signals" -> SignalsCommand.run(new Options(rest), out);
            case "grow" -> GrowCommand.run(new Options(rest), out);
            case "startup" -> StartupCommand.run(new Options(rest), out);
            case "jmh" -> org.openjdk.jmh.Main.main(rest.toArray(String[]::new));
            case "all" -> all(new Options(rest), out);
            case "help" -> out.print(USAGE);
            default -> throw new IllegalArgumentException("unknown command '" + command + "'; help lists them");
        }
    }

    private static void all(Options options, PrintStream out) throws Exception {
        String folder = options.text("out", "docs/images");
        options.done();
        for (String command : List.of(
                "budgets",
                "budgets --server plain --pairs 50000",
                "load --server plain --delay 100 --rounds 2000 --against bare --repeat 9",
                "handover",
                "held",
                "idle",
                "signals",
                "startup",
                "jmh",
                "grow --out " + folder)) {
            out.println("=== " + command);
            run(List.of(command.split(" ", -1)), out);
        }
    }
}
