package io.dflockd.reliability;

import io.dflockd.reliability.check.Report;
import io.dflockd.reliability.process.Processes;
import io.dflockd.reliability.run.Phase;
import io.dflockd.reliability.run.Plan;
import io.dflockd.reliability.run.Schedule;
import io.dflockd.reliability.run.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The program of a run; {@code --help} shows its options. Its exit status is 1 if a promise was not kept. */
public final class Main {

    private static final String HELP = """
            Locks on servers while connections, servers and processes fail, and checks what was promised.
              --minutes N          how long (default 3)
              --seconds N          the same in seconds
              --seed N             of the order of failures (default 1)
              --generation G       of the embedded servers: g1, g2, g3, or all (default)
              --server-command C   starts a server with a read timeout of 4 s; {host}, {port} and {auto-release} are replaced
              --fence-from-token B whether the tokens of that server contain fences (default false)
              --fences-outlive B   whether its fences go on after a restart (default false)
              --java PATHS         the java commands of the workers, separated by commas (default: the running one)
              --workers N          processes (default 4), --threads N of each (default 6)
              --keys N             locks and semaphores (default 4)
              --servers N          (default 2)
              --folder DIR         for histories and logs (default: a new temporary folder)
              --check DIR          runs nothing, and checks the histories of that folder again
            """;

    private static final int SHOWN = 50;

    private Main() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        if (List.of(args).contains("--help")) {
            System.out.print(HELP);
            return;
        }
        Options options = new Options(List.of(args));
        String checked = options.text("check", "");
        boolean kept = checked.isEmpty() ? run(phases(options)) : check(Path.of(checked), options);
        System.exit(kept ? 0 : 1);
    }

    /** Whether all promises were kept. */
    private static boolean run(List<Settings> phases) throws InterruptedException {
        List<Report> reports = new ArrayList<>();
        Schedule schedule = new Schedule(phases.get(0).duration(), phases.size());
        for (Settings each : phases) {
            Settings phase = each.lasting(schedule.next());
            System.out.println(
                    "Phase " + phase.folder() + ": " + phase.duration().toSeconds() + " s, seed " + phase.seed());
            try {
                reports.add(shown(new Phase(phase).run()));
            } catch (IOException | RuntimeException ex) {
                // The other phases are still worth their time.
                ex.printStackTrace(System.out);
            }
            schedule.ended();
        }
        System.out.println(phases.size() - reports.size() + " of " + phases.size() + " phases could not be run");
        return isClean(reports) && reports.size() == phases.size();
    }

    private static boolean check(Path folder, Options options) throws IOException {
        options.done();
        List<Report> reports = new ArrayList<>();
        for (Path each : Phase.foldersIn(folder)) {
            System.out.println("Phase " + each);
            reports.add(shown(Phase.check(each)));
        }
        return isClean(reports);
    }

    private static Report shown(Report report) {
        report.violations().stream().limit(SHOWN).forEach(System.out::println);
        return report;
    }

    private static boolean isClean(List<Report> reports) {
        Report sum = Report.sum(reports);
        System.out.print(sum.table());
        return sum.violations().isEmpty();
    }

    private static List<Settings> phases(Options options) throws Exception {
        long seconds = options.number("seconds", options.number("minutes", 3) * 60);
        String generation = options.text("generation", "all");
        String command = options.text("server-command", "");
        String folder = options.text("folder", "");
        Settings base = new Settings(
                "RELAY",
                Duration.ofSeconds(seconds),
                options.number("seed", 1),
                options.number("servers", 2),
                options.number("workers", 4),
                options.number("threads", 6),
                options.number("keys", 4),
                2,
                Boolean.parseBoolean(options.text("fence-from-token", "false")),
                Boolean.parseBoolean(options.text("fences-outlive", "false")),
                Arrays.asList(options.text("java", Processes.currentJava()).split(",", -1)),
                List.of(),
                folder.isEmpty() ? Files.createTempDirectory("dflockd-reliability") : Path.of(folder));
        options.done();
        return Plan.phases(
                generation.equals("all") ? "" : generation,
                command.isEmpty() ? List.of() : List.of(command.split(" +")),
                base);
    }
}
