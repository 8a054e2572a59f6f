package io.dflockd.reliability;

import io.dflockd.embedded.EmbeddedServerMain;
import io.dflockd.reliability.check.Report;
import io.dflockd.reliability.process.Processes;
import io.dflockd.reliability.run.Run;
import io.dflockd.reliability.run.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The program of a run; {@code --help} shows its options. Its exit status is 1 if a promise was not kept. */
public final class Main {

    private static final String HELP = """
            Locks on servers while connections, servers and processes fail, and checks what was promised.
              --minutes N          how long (default 3)
              --seconds N          the same in seconds
              --seed N             of the order of failures (default 1)
              --generation g1|g2   of the embedded servers (default g2)
              --server-command C   starts a server on the loopback port {port}; it needs --read-timeout 4
              --workers N          processes (default 4), --threads N of each (default 6)
              --keys N             locks and semaphores (default 4)
              --servers N          (default 2)
              --folder DIR         for histories and logs (default: a new temporary folder)
            """;

    private Main() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        if (List.of(args).contains("--help")) {
            System.out.print(HELP);
            return;
        }
        Settings settings = settings(new Options(List.of(args)));
        Report report = new Run(settings).run();
        System.out.println("Histories and logs: " + settings.folder());
        System.out.print(report.table());
        report.violations().stream().limit(50).forEach(System.out::println);
        System.exit(report.violations().isEmpty() ? 0 : 1);
    }

    private static Settings settings(Options options) throws Exception {
        long seconds = options.number("seconds", options.number("minutes", 3) * 60);
        String generation = options.text("generation", "g2");
        String command = options.text("server-command", "");
        String folder = options.text("folder", "");
        Settings settings = new Settings(
                Duration.ofSeconds(seconds),
                options.number("seed", 1),
                options.number("servers", 2),
                options.number("workers", 4),
                options.number("threads", 6),
                options.number("keys", 4),
                2,
                command.isEmpty() ? embedded(generation) : List.of(command.split(" +")),
                folder.isEmpty() ? Files.createTempDirectory("dflockd-reliability") : Path.of(folder));
        options.done();
        return settings;
    }

    /** The embedded server as a process of its own. */
    public static List<String> embedded(String generation) {
        return Processes.java(
                EmbeddedServerMain.class,
                List.of("--host", "127.0.0.1", "--port", "{port}", "--read-timeout", "4", "--generation", generation));
    }
}
