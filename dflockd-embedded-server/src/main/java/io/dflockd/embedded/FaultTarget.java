package io.dflockd.embedded;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a {@link Fault} meets: those of a connection, on a key, with certain commands, the next so many of
 * them, or a combination. Immutable.
 *
 * <p>For {@link Fault#dropPushes()} each pushed signal is matched instead, its channel as the key.
 */
public final class FaultTarget {

    private static final FaultTarget ANY = new FaultTarget(0, null, Set.of(), 0, Long.MAX_VALUE);

    private final long connectionId;
    private final @Nullable String key;
    private final Set<String> commands;
    private final long skipped;
    private final long times;

    private FaultTarget(long connectionId, @Nullable String key, Set<String> commands, long skipped, long times) {
        this.connectionId = connectionId;
        this.key = key;
        this.commands = commands;
        this.skipped = skipped;
        this.times = times;
    }

    /** Every request. */
    public static FaultTarget any() {
        return ANY;
    }

    /** Every request of a connection, see {@link ConnectionView#id()}. */
    public static FaultTarget connection(long id) {
        return ANY.onConnection(id);
    }

    /** Every request on a key. */
    public static FaultTarget key(String key) {
        return ANY.onKey(key);
    }

    /** Every request with one of these commands, such as {@code "l"} or {@code "stats"}. */
    public static FaultTarget command(String... commands) {
        return ANY.onCommand(commands);
    }

    /**
     * The next requests, whatever they are.
     *
     * @param requests how many, at least 1
     * @throws IllegalArgumentException if fewer
     */
    public static FaultTarget next(int requests) {
        return ANY.times(requests);
    }

    /** Narrows this to a connection. */
    public FaultTarget onConnection(long id) {
        return new FaultTarget(id, key, commands, skipped, times);
    }

    /** Narrows this to a key. */
    public FaultTarget onKey(String newKey) {
        return new FaultTarget(connectionId, newKey, commands, skipped, times);
    }

    /** Narrows this to some commands. */
    public FaultTarget onCommand(String... newCommands) {
        return new FaultTarget(connectionId, key, Set.copyOf(new HashSet<>(List.of(newCommands))), skipped, times);
    }

    /** Lets the first matching requests pass untouched. */
    public FaultTarget skipping(int requests) {
        return new FaultTarget(connectionId, key, commands, requests, times);
    }

    /**
     * Limits this to a number of matching requests; the fault is over after them.
     *
     * @throws IllegalArgumentException if the number is below 1
     */
    public FaultTarget times(int requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("at least one request: " + requests);
        }
        return new FaultTarget(connectionId, key, commands, skipped, requests);
    }

    boolean matches(long id, String command, String wireKey) {
        return (connectionId == 0 || connectionId == id)
                && (commands.isEmpty() || commands.contains(command))
                && (key == null || WireText.ofJava(key).equals(wireKey));
    }

    long skipped() {
        return skipped;
    }

    long times() {
        return times;
    }

    @Override
    public String toString() {
        return (connectionId == 0 ? "any connection" : "connection " + connectionId)
                + (key == null ? "" : ", key " + key)
                + (commands.isEmpty() ? "" : ", commands " + commands)
                + (skipped == 0 ? "" : ", after " + skipped)
                + (times == Long.MAX_VALUE ? "" : ", " + times + " times");
    }
}
