package io.dflockd.embedded.server;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selects requests. Immutable.
 *
 * @param connectionId the connection, 0 for any
 * @param key the key as {@linkplain WireText wire text}, null for any
 * @param commands the commands, empty for any
 * @param skipped how many matching requests pass first
 * @param times how many matching requests are selected after that
 */
public record RequestFilter(long connectionId, @Nullable String key, Set<String> commands, long skipped, long times) {

    /** Every request. */
    public static final RequestFilter ANY = new RequestFilter(0, null, Set.of(), 0, Long.MAX_VALUE);

    boolean matches(long id, String command, String wireKey) {
        return (connectionId == 0 || connectionId == id)
                && (commands.isEmpty() || commands.contains(command))
                && (key == null || key.equals(wireKey));
    }

    @Override
    public String toString() {
        return (connectionId == 0 ? "any connection" : "connection " + connectionId)
                + (key == null ? "" : ", key " + WireText.toJava(key))
                + (commands.isEmpty() ? "" : ", commands " + commands)
                + (skipped == 0 ? "" : ", after " + skipped)
                + (times == Long.MAX_VALUE ? "" : ", " + times + " times");
    }
}
