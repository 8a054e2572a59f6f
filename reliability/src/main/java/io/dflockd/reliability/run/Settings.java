package io.dflockd.reliability.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a run does.
 *
 * @param serverCommand starts a server on the port {@code {port}} of the loopback address
 * @param folder for histories and logs
 */
public record Settings(
        Duration duration,
        long seed,
        int servers,
        int workers,
        int threads,
        int keys,
        int permits,
        List<String> serverCommand,
        Path folder) {}
