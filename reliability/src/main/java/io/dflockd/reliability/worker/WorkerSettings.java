package io.dflockd.reliability.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a worker process does.
 *
 * @param servers their addresses, separated by commas
 * @param folder for its history and for the stores
 * @param virtualThreads whether its threads are virtual, where Java has them
 * @param autoRelease whether the servers free the locks of connections that have ended
 */
public record WorkerSettings(
        String name,
        String servers,
        Path folder,
        int threads,
        int keys,
        int permits,
        long seed,
        boolean virtualThreads,
        boolean autoRelease,
        boolean fenceFromToken) {

    /** Of all locks. */
    public static final Duration LEASE = Duration.ofSeconds(3);

    /** The servers of a run have the same. */
    public static final Duration SERVER_READ_TIMEOUT = Duration.ofSeconds(4);

    /** Reads what {@link #arguments} has written. */
    static WorkerSettings of(String[] arguments) {
        return new WorkerSettings(
                arguments[0],
                arguments[1],
                Path.of(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]),
                Integer.parseInt(arguments[5]),
                Long.parseLong(arguments[6]),
                Boolean.parseBoolean(arguments[7]),
                Boolean.parseBoolean(arguments[8]),
                Boolean.parseBoolean(arguments[9]));
    }

    /** The arguments of {@link WorkerMain}. */
    public List<String> arguments() {
        return List.of(
                name,
                servers,
                folder.toString(),
                Integer.toString(threads),
                Integer.toString(keys),
                Integer.toString(permits),
                Long.toString(seed),
                Boolean.toString(virtualThreads),
                Boolean.toString(autoRelease),
                Boolean.toString(fenceFromToken));
    }
}
