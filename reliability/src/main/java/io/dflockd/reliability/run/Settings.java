package io.dflockd.reliability.run;

import io.dflockd.reliability.check.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one phase of a run does.
 *
 * @param mode a name of {@link Mode}
 * @param fencesOutliveServers whether a server that was restarted goes on with its fences
 * @param javas the commands that run the workers, one after the other
 * @param serverCommand starts a server; see {@link Servers}
 * @param folder for histories and logs
 */
public record Settings(
        String mode,
        Duration duration,
        long seed,
        int servers,
        int workers,
        int threads,
        int keys,
        int permits,
        boolean fenceFromToken,
        boolean fencesOutliveServers,
        List<String> javas,
        List<String> serverCommand,
        Path folder) {

    private static final int BEFORE_LISTS = 11;

    /** The same with another duration. */
    public Settings lasting(Duration other) {
        return new Settings(
                mode,
                other,
                seed,
                servers,
                workers,
                threads,
                keys,
                permits,
                fenceFromToken,
                fencesOutliveServers,
                javas,
                serverCommand,
                folder);
    }

    Mode modeOf() {
        return Mode.valueOf(mode);
    }

    /** What the phase admits. */
    public Limits limits() {
        return Fault.limits(permits, modeOf().autoRelease(), fencesOutliveServers);
    }

    /** The arguments of {@link RunMain}. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                mode,
                duration.toString(),
                Long.toString(seed),
                Integer.toString(servers),
                Integer.toString(workers),
                Integer.toString(threads),
                Integer.toString(keys),
                Integer.toString(permits),
                Boolean.toString(fenceFromToken),
                Boolean.toString(fencesOutliveServers),
                folder.toString()));
        arguments.add(Integer.toString(javas.size()));
        arguments.addAll(javas);
        arguments.addAll(serverCommand);
        return arguments;
    }

    /** Reads what {@link #arguments} has written. */
    static Settings of(List<String> arguments) {
        int firstJava = BEFORE_LISTS + 1;
        int afterJavas = firstJava + Integer.parseInt(arguments.get(BEFORE_LISTS));
        return new Settings(
                arguments.get(0),
                Duration.parse(arguments.get(1)),
                Long.parseLong(arguments.get(2)),
                Integer.parseInt(arguments.get(3)),
                Integer.parseInt(arguments.get(4)),
                Integer.parseInt(arguments.get(5)),
                Integer.parseInt(arguments.get(6)),
                Integer.parseInt(arguments.get(7)),
                Boolean.parseBoolean(arguments.get(8)),
                Boolean.parseBoolean(arguments.get(9)),
                arguments.subList(firstJava, afterJavas),
                arguments.subList(afterJavas, arguments.size()),
                Path.of(arguments.get(10)));
    }
}
