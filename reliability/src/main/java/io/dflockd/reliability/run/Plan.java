package io.dflockd.reliability.run;

import io.dflockd.embedded.EmbeddedServerMain;
import io.dflockd.reliability.process.Namespace;
import io.dflockd.reliability.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The phases of a run. Their order is such that a short run has one of each kind, and a long one all. */
public final class Plan {

    private record Kind(String generation, Mode mode) {}

    private static final List<Kind> SHORT = List.of(
            new Kind("g2", Mode.RELAY),
            new Kind("g3", Mode.PACKETS),
            new Kind("g2", Mode.KEEP),
            new Kind("g1", Mode.RELAY),
            new Kind("g3", Mode.RELAY));

    private static final List<Kind> OTHERS =
            List.of(new Kind("g3", Mode.KEEP), new Kind("g2", Mode.PACKETS), new Kind("g1", Mode.KEEP));

    private static final Duration LONG = Duration.ofMinutes(8);

    private Plan() {}

    /**
     * The phases of a run, without their durations.
     *
     * @param generation of the embedded servers; empty for all
     * @param serverCommand of the servers; empty for the embedded ones
     * @param base what all phases have in common, with the duration of the run
     */
    public static List<Settings> phases(String generation, List<String> serverCommand, Settings base)
            throws InterruptedException {
        boolean isLong = base.duration().compareTo(LONG) >= 0;
        List<Kind> kinds = new ArrayList<>(SHORT);
        if (isLong) {
            kinds.addAll(OTHERS);
        }
        Optional<String> obstacle = Namespace.obstacle();
        obstacle.ifPresent(why -> System.out.println("No network namespaces here, so no packets are dropped: " + why));
        kinds.removeIf(kind -> kind.mode == Mode.PACKETS && obstacle.isPresent());
        if (!serverCommand.isEmpty()) {
            kinds.clear();
            kinds.add(new Kind("", Mode.RELAY));
            String command = String.join(" ", serverCommand);
            if (command.contains("{auto-release}")) {
                kinds.add(new Kind("", Mode.KEEP));
            }
            if (command.contains("{host}") && obstacle.isEmpty()) {
                kinds.add(new Kind("", Mode.PACKETS));
            }
        } else if (!generation.isEmpty()) {
            kinds.removeIf(kind -> !kind.generation.equals(generation));
            if (kinds.isEmpty()) {
                throw new IllegalArgumentException("--generation must be g1, g2, g3 or all, not '" + generation + "'");
            }
        }
        List<Settings> phases = new ArrayList<>();
        for (Kind kind : kinds) {
            phases.add(phase(kind, phases.size() + 1, serverCommand, base));
        }
        return phases;
    }

    private static Settings phase(Kind kind, int number, List<String> serverCommand, Settings base) {
        boolean isG3 = kind.generation.equals("g3");
        return new Settings(
                kind.mode.name(),
                base.duration(),
                base.seed() + number * 1_000_003L,
                base.servers(),
                base.workers(),
                base.threads(),
                base.keys(),
                base.permits(),
                base.fenceFromToken() || isG3,
                base.fencesOutliveServers() || isG3,
                base.javas(),
                serverCommand.isEmpty()
                        ? embedded(kind.generation, kind.mode.name())
                        : command(serverCommand, kind.mode),
                folder(kind, number, base.folder()));
    }

    private static Path folder(Kind kind, int number, Path base) {
        String name = number + "-" + kind.generation + "-" + kind.mode.name().toLowerCase(Locale.ROOT);
        return base.resolve(name.replace("--", "-"));
    }

    private static List<String> command(List<String> serverCommand, Mode mode) {
        return serverCommand.stream()
                .map(word -> word.replace("{host}", host(mode))
                        .replace("{auto-release}", Boolean.toString(mode.autoRelease())))
                .toList();
    }

    /** In namespaces the workers come from other addresses. */
    private static String host(Mode mode) {
        return mode == Mode.PACKETS ? "0.0.0.0" : "127.0.0.1";
    }

    /** The embedded server as a process of its own, for a phase with this mode. */
    public static List<String> embedded(String generation, String mode) {
        Mode of = Mode.valueOf(mode);
        List<String> arguments = new ArrayList<>(List.of(
                "--host",
                host(of),
                "--port",
                "{port}",
                "--read-timeout",
                "4",
                "--generation",
                generation,
                "--auto-release-on-disconnect=" + of.autoRelease()));
        if (generation.equals("g3")) {
            arguments.addAll(List.of("--fence-state-file", "{name}.fences"));
        }
        return Processes.java(Processes.currentJava(), EmbeddedServerMain.class, arguments);
    }
}
