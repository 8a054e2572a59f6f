package io.dflockd.benchmarks;

import io.dflockd.benchmarks.compare.CompareCommand;
import io.dflockd.benchmarks.handover.HandoverCommand;
import io.dflockd.benchmarks.hold.HeldCommand;
import io.dflockd.benchmarks.hold.IdleCommand;
import io.dflockd.benchmarks.load.LoadCommand;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.signals.SignalsCommand;
import io.dflockd.benchmarks.startup.StartupCommand;
import java.io.PrintStream;
import java.util.List;

/** The driver's entry. */
public final class Main {

    private static final List<String> COMMANDS =
            List.of("load", "handover", "held", "idle", "signals", "startup", "jmh", "compare");

    private Main() {}

    /** Runs the command that the first argument names. */
    public static void main(String[] arguments) throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
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
            case "handover" -> HandoverCommand.run(new Options(rest), out);
            case "held" -> HeldCommand.run(new Options(rest), out);
            case "signals" -> SignalsCommand.run(new Options(rest), out);
            case "startup" -> StartupCommand.run(new Options(rest), out);
            case "jmh" -> org.openjdk.jmh.Main.main(rest.toArray(String[]::new));
            case "compare" -> CompareCommand.run(new Options(rest), out);
            case "idle" -> IdleCommand.run(new Options(rest), out);
            default ->
                throw new IllegalArgumentException(
                        "unknown command '" + command + "'; there is " + String.join(", ", COMMANDS));
        }
    }
}
