package io.dflockd.reliability.run;

import io.dflockd.reliability.check.Checker;
import io.dflockd.reliability.check.Report;
import io.dflockd.reliability.history.History;
import io.dflockd.reliability.process.Namespace;
import io.dflockd.reliability.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs one phase, and checks what it has written. */
public final class Phase {

    /** What a phase may take beyond its duration, before it is given up. */
    private static final long END_SECONDS = 300;

    private static final String SETTINGS = "phase.settings";

    private final Settings settings;

    /** A phase that has not begun. */
    public Phase(Settings settings) {
        this.settings = settings;
    }

    /** Runs for the given time and a little longer. */
    public Report run() throws IOException, InterruptedException {
        Files.createDirectories(settings.folder());
        Files.write(settings.folder().resolve(SETTINGS), settings.arguments());
        if (settings.modeOf() == Mode.PACKETS) {
            runInNamespace();
        } else {
            new Run(settings).run();
        }
        return check(settings.folder());
    }

    /** Checks what a phase has written into its folder. */
    public static Report check(Path folder) throws IOException {
        Settings of = Settings.of(Files.readAllLines(folder.resolve(SETTINGS)));
        return new Checker(of.limits()).check(History.read(folder));
    }

    /** The folders of the phases of a run. */
    public static List<Path> foldersIn(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> Files.exists(each.resolve(SETTINGS)))
                    .sorted()
                    .toList();
        }
    }

    private void runInNamespace() throws IOException, InterruptedException {
        try (Namespace servers =
                new Namespace("dflockd-" + ProcessHandle.current().pid() + "-servers")) {
            List<String> command = new ArrayList<>(servers.prefix());
            command.addAll(Processes.java(Processes.currentJava(), RunMain.class, settings.arguments()));
            Process process = Processes.start(command, settings.folder().resolve("harness.log"));
            try {
                if (!process.waitFor(settings.duration().toSeconds() + END_SECONDS, TimeUnit.SECONDS)
                        || process.exitValue() != 0) {
                    throw new IOException("the phase has failed; its log is "
                            + settings.folder().resolve("harness.log"));
                }
            } finally {
                Processes.kill(process);
            }
        }
    }
}
