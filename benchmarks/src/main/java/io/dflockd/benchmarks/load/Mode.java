package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.client.ReleaseMode;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The ways of acquiring and releasing. Each mode of the client has a bare one that does the same with sockets alone. */
public enum Mode {
    /** The client, blocking, a key for each worker. */
    OWN_KEY(new ClientLoad(false, ReleaseMode.CONFIRMED)),
    /** The same with releases that are sent but not awaited. */
    OWN_KEY_SENT(new ClientLoad(false, ReleaseMode.SENT)),
    /** The client, blocking, keys at random of a number that all share; of one unless {@code --keys} is given. */
    ONE_KEY(new ClientLoad(true, ReleaseMode.CONFIRMED)),
    /** The client, asynchronous, a key for each one in flight. */
    ASYNC(new ClientAsyncLoad()),
    /** A blocking socket and a key for each worker. */
    BARE(new BareLoad(false)),
    /** A blocking socket for each worker, shared keys. */
    BARE_ONE_KEY(new BareLoad(true)),
    /** One socket and one thread, many requests in each write. */
    BARE_PIPELINED(new BarePipelinedLoad(Stripes.ONE)),
    /** The floor of a shared connection: one selecting thread and nothing else, blocking callers. */
    BARE_LOOP(new LoopLoad(false)),
    /** The same with a socket for each worker, and shared keys. */
    BARE_LOOP_ONE_KEY(new LoopSharedKeysLoad()),
    /** One shared connection, with continuations on a pool. */
    BARE_LOOP_ASYNC(new LoopLoad(true));

    private final Load load;

    Mode(Load load) {
        this.load = load;
    }

    /** By its name in the options. */
    static Mode of(String text) {
        return Arrays.stream(values())
                .filter(mode -> mode.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--mode " + text + " is unknown; there are "
                        + Arrays.stream(values()).map(Mode::text).collect(Collectors.joining(", "))));
    }

    /** Its name in the options. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Does it once, with connections of its own. */
    public Summary run(Plan plan) throws Exception {
        return load.run(plan);
    }

    /** The mode that does the same with sockets alone. */
    public Mode bare() {
        return switch (this) {
            case OWN_KEY, OWN_KEY_SENT, BARE, BARE_LOOP -> BARE;
            case ONE_KEY, BARE_ONE_KEY, BARE_LOOP_ONE_KEY -> BARE_ONE_KEY;
            case ASYNC, BARE_PIPELINED, BARE_LOOP_ASYNC -> BARE_PIPELINED;
        };
    }

    /** One run. */
    interface Load {

        /** Connects, warms the connections with one pair each, does the load, disconnects. */
        Summary run(Plan plan) throws Exception;
    }
}
