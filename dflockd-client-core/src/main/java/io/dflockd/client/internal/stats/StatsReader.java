package io.dflockd.client.internal.stats;

import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.ServerStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns the text of a {@code stats} answer into {@link ServerStats}. Members that are missing or unknown do no harm. */
public final class StatsReader {

    private StatsReader() {}

    /** Reads the JSON behind {@code ok}. Throws {@link DflockdProtocolException} if it is none. */
    public static ServerStats read(String json) {
        try {
            Members all = Members.of(Json.read(json));
            return new ServerStats(
                    all.number("connections"),
                    all.list("locks", StatsReader::lock),
                    all.list(
                            "semaphores",
                            s -> new ServerStats.Semaphore(
                                    s.text("key"), s.number("limit"), s.number("holders"), s.number("waiters"))),
                    all.list("idle_locks", StatsReader::idle),
                    all.list("idle_semaphores", StatsReader::idle),
                    all.list(
                            "signal_channels",
                            c -> new ServerStats.SignalChannel(
                                    c.text("pattern"), c.optionalText("group"), c.number("listeners"))),
                    AbilityReader.ofStats(all.has("rw_locks"), all.has("signal_channels")));
        } catch (IllegalArgumentException ex) {
            throw new DflockdProtocolException("the server's stats are not the JSON that was expected: " + ex, ex);
        }
    }

    private static ServerStats.Lock lock(Members lock) {
        Object fence = lock.map().get("fence");
        return new ServerStats.Lock(
                lock.text("key"),
                lock.number("owner_conn_id"),
                lock.seconds("lease_expires_in_s"),
                lock.number("waiters"),
                fence instanceof Number number ? OptionalLong.of(number.longValue()) : OptionalLong.empty());
    }

    private static ServerStats.Idle idle(Members idle) {
        return new ServerStats.Idle(idle.text("key"), idle.seconds("idle_s"));
    }

    private record Members(Map<?, ?> map) {

        static Members of(@Nullable Object value) {
            if (value instanceof Map<?, ?> map) {
                return new Members(map);
            }
            throw new IllegalArgumentException("expected an object");
        }

        boolean has(String name) {
            return map.containsKey(name);
        }

        long number(String name) {
            return map.get(name) instanceof Number number ? number.longValue() : 0;
        }

        String text(String name) {
            return map.get(name) instanceof String text ? text : "";
        }

        @Nullable
        String optionalText(String name) {
            return map.get(name) instanceof String text ? text : null;
        }

        Duration seconds(String name) {
            double seconds = map.get(name) instanceof Number number ? number.doubleValue() : 0;
            return Duration.ofNanos((long) (Math.max(-1e9, Math.min(9e9, seconds)) * 1e9));
        }

        <T> List<T> list(String name, Function<Members, T> element) {
            return map.get(name) instanceof List<?> values
                    ? values.stream()
                            .map(value -> element.apply(Members.of(value)))
                            .toList()
                    : List.of();
        }
    }
}
