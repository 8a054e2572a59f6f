package io.dflockd.reliability.worker;

import io.dflockd.reliability.history.Entry.Kind;
import io.dflockd.reliability.history.History;
import java.time.Duration;

/** Writes down how long calls took. Thread-safe. */
record Calls(History history) {

    /** A call that returns a value or throws. */
    interface Call<T, E extends Exception> {
        T run() throws E;
    }

    <T, E extends Exception> T timed(String name, Duration limit, String resource, Call<T, E> call) throws E {
        long begin = System.nanoTime();
        try {
            return call.run();
        } finally {
            long now = System.nanoTime();
            String detail = name + " " + (now - begin) / 1_000_000 + " " + limit.toMillis();
            history.write(now, Kind.CALL, resource, 0, detail);
        }
    }
}
