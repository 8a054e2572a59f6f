package io.dflockd.embedded;

import io.dflockd.embedded.server.RequestFilter;
import io.dflockd.embedded.server.WireText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The requests that a {@link Fault} strikes: those of a connection, on a key, with certain commands, a number of them,
 * or a combination. Immutable.
 *
 * <p>For {@link Fault#dropPushes()}, each pushed signal is matched instead, with its channel as the key.
 */
public final class FaultTarget {

    private static final FaultTarget ANY = new FaultTarget(RequestFilter.ANY);

    final RequestFilter filter;

    private FaultTarget(RequestFilter filter) {
        this.filter = filter;
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
     * The next requests.
     *
     * @param requests how many, at least 1
     * @throws IllegalArgumentException if fewer
     */
    public static FaultTarget next(int requests) {
        return ANY.times(requests);
    }

    /** Narrows this to a connection. */
    public FaultTarget onConnection(long id) {
        return with(id, filter.key(), filter.commands(), filter.skipped(), filter.times());
    }

    /** Narrows this to a key. */
    public FaultTarget onKey(String key) {
        return with(filter.connectionId(), WireText.ofJava(key), filter.commands(), filter.skipped(), filter.times());
    }

    /** Narrows this to some commands. */
    public FaultTarget onCommand(String... commands) {
        Set<String> set = Set.copyOf(new HashSet<>(List.of(commands)));
        return with(filter.connectionId(), filter.key(), set, filter.skipped(), filter.times());
    }

    /** Lets the first matching requests pass. */
    public FaultTarget skipping(int requests) {
        return with(filter.connectionId(), filter.key(), filter.commands(), requests, filter.times());
    }

    /**
     * Limits this to a number of matching requests. The fault is over after them.
     *
     * @throws IllegalArgumentException if the number is below 1
     */
    public FaultTarget times(int requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("number of requests must be at least 1: " + requests);
        }
        return with(filter.connectionId(), filter.key(), filter.commands(), filter.skipped(), requests);
    }

    private static FaultTarget with(
            long connectionId, @Nullable String key, Set<String> commands, long skipped, long times) {
        return new FaultTarget(new RequestFilter(connectionId, key, commands, skipped, times));
    }

    @Override
    public String toString() {
        return filter.toString();
    }
}
