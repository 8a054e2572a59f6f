package io.dflockd.reliability.history;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long threads of this process waited for a processor though they could run, as Linux counts it; elsewhere nothing. Used by one
 * thread.
 */
final class RunDelays {

    private static final Path THREADS = Path.of("/proc/self/task");

    private final List<String> prefixes;

    /** What was counted last, by directory of the thread. */
    private Map<Path, Long> counted = new HashMap<>();

    /** Of the threads whose names begin with one of these. */
    RunDelays(List<String> prefixes) {
        this.prefixes = prefixes;
    }

    /** The longest delay of one thread since the last call. */
    long longest() {
        if (!Files.isDirectory(THREADS)) {
            return 0;
        }
        Map<Path, Long> now = new HashMap<>();
        long longest = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                long waited = waited(thread);
                if (waited > 0) {
                    now.put(thread, waited);
                    longest = Math.max(longest, waited - counted.getOrDefault(thread, 0L));
                }
            }
        } catch (IOException ex) {
            throw new IllegalStateException("the threads of this process cannot be read", ex);
        }
        counted = now;
        return longest;
    }

    private long waited(Path thread) {
        try {
            String name = Files.readString(thread.resolve("comm"));
            if (prefixes.stream().noneMatch(name::startsWith)) {
                return 0;
            }
            return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", -1)[1]);
        } catch (IOException ex) {
            // It has ended meanwhile.
            return 0;
        }
    }
}
