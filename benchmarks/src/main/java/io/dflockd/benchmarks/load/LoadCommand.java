package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.server.Server;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** {@code load}: pairs of acquire and release, by one mode or by two in turns. */
public final class LoadCommand {

    private LoadCommand() {}

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        try (Server server = Server.of(options, 100_000)) {
            Plan plan = Plan.of(options, server.addresses());
            Mode mode = Mode.of(options.text("mode", "own-key"));
            Mode against = against(mode, options.textOrNull("against"));
            int repeat = options.number("repeat", 1);
            int warmups = options.number("warmup", 1);
            options.done();
            out.printf("%s, %s, Java %s%n", plan, server.describe(), Runtime.version());
            if (against != null) {
                Pairing.run(
                        out,
                        mode.text(),
                        () -> mode.run(plan),
                        against.text(),
                        () -> against.run(plan),
                        warmups,
                        repeat);
                return;
            }
            for (int i = 0; i < warmups; i++) {
                mode.run(plan);
            }
            for (int i = 0; i < repeat; i++) {
                Pairing.printed(out, mode.text(), mode.run(plan));
            }
        }
    }

    private static @Nullable Mode against(Mode mode, @Nullable String text) {
        if (text == null) {
            return null;
        }
        return text.equals("bare") ? mode.bare() : Mode.of(text);
    }
}
