package io.dflockd.reliability.run;

import io.dflockd.reliability.check.Checker;
import io.dflockd.reliability.check.Report;
import io.dflockd.reliability.history.History;
import io.dflockd.reliability.process.Namespace;
import io.dflockd.reliability.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs one phase, and checks what it has written. */
public final class Phase {

    /** What a phase may take beyond its duration, before it is given up. */
    private static final long END_SECONDS = 300;

    private final Settings settings;

    /** A phase that has not begun. */
    public Phase(Settings settings) {
        this.settings = settings;
    }

    /** Runs for the given time and a little longer. */
    public Report run() throws IOException, InterruptedException {
        if (settings.modeOf() == Mode.PACKETS) {
            runInNamespace();
        } else {
            new Run(settings).run();
        }
        return new Checker(settings.limits()).check(History.read(settings.folder()));
    }

    private void runInNamespace() throws IOException, InterruptedException {
        Files.createDirectories(settings.folder());
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
