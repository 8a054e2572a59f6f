package io.dflockd.benchmarks;

import io.dflockd.benchmarks.handover.HandoverCommand;
import io.dflockd.benchmarks.hold.HeldCommand;
import io.dflockd.benchmarks.hold.IdleCommand;
import io.dflockd.benchmarks.load.LoadCommand;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.report.BudgetsCommand;
import io.dflockd.benchmarks.report.GrowCommand;
import io.dflockd.benchmarks.server.ServeCommand;
import io.dflockd.benchmarks.signals.SignalsCommand;
import io.dflockd.benchmarks.startup.StartupCommand;
import io.dflockd.benchmarks.stripes.StripesCommand;
import java.io.PrintStream;
import java.util.List;

/** The driver's entry: one command with its options. */
public final class Main {

    private static final String USAGE = """
            java -jar benchmarks.jar COMMAND --option value ...

              load      pairs of acquire and release: --mode own-key|own-key-sent|one-key|async|bare|bare-one-key|
                        bare-pipelined|bare-loop|bare-loop-one-key|bare-loop-async, --against bare|MODE runs both in turns,
                        --workers, --rounds, --threads platform|virtual, --in-flight, --keys (of one-key), --repeat,
                        --warmup
              budgets   the load budgets and their floors as one table: --pairs, --repeat
              handover  release in A to acquired in B, then many waiters: --rounds, --waiters, --repeat
              held      locks held for a while: --locks 10000[,...], --seconds
              idle      a client that does nothing: --seconds, --settle
              signals   emit to handler: --rounds, --repeat
              grow      how cost grows, as CSV: --what workers|in-flight|keys|held, --pairs, --repeat, --seconds,
                        --workers, --depths, --keys, --locks
              stripes   the load over one session connection and over several: --connections, --in-flight, --rounds,
                        --repeat, --warmup; with --costs SERVER,LOOP,CALLERS (nanoseconds of a pair) simulated for
                        servers with more processors: --processors, --connections, --loops, --callers, --way MICROS,
                        --in-flight, --pairs
              startup   what the starter adds to the start of a Boot application: --repeat
              jmh       the small things; options of JMH, -h shows them
              serve     one of the servers below until the process ends: --server, --port, --max-locks, --delay

            All but startup, jmh and stripes --costs need a server:

              --servers host:port[,...]     servers that run already
              --server-command COMMAND      starts this one; {port} stands for a free port, spaces separate arguments
              --server embedded|plain       starts one of the driver's own; --delay MICROS holds back each answer of
                                            the plain one, as a long way does
            """;

    private Main() {}

    /** Runs the command that the first argument names. */
    public static void main(String[] arguments) throws Exception {
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
            case "stripes" -> StripesCommand.run(new Options(rest), out);
            case "startup" -> StartupCommand.run(new Options(rest), out);
            case "jmh" -> org.openjdk.jmh.Main.main(rest.toArray(String[]::new));
            case "serve" -> ServeCommand.run(new Options(rest), out);
            case "help" -> out.print(USAGE);
            default -> throw new IllegalArgumentException("unknown command '" + command + "'; help lists them");
        }
    }
}
