package io.dflockd.client;

/**
 * What signals mean with several servers. The servers know nothing of each other, and a signal has a channel but no key.
 * With one server all of these are the same.
 */
public enum SignalRouting {

    /**
     * Emits to one server, chosen from the channel as {@link ShardingStrategy} chooses a key's; subscribes on all. Every
     * subscriber gets a signal once, whatever its pattern. The default.
     */
    BY_CHANNEL,

    /**
     * Emits to and subscribes on the first server only. Signals of one emitter keep their order across channels; the
     * other servers' listeners are not reached.
     */
    FIRST_SERVER,

    /**
     * Emits to every server; subscribes on all. For listeners of other kinds, which are each connected to one server; a
     * subscriber that is connected to all of them, as every one of this client is, gets a copy from each. The count is
     * the sum. If servers fail, the emit fails when all have answered, with the failure of the first of these in the list of
     * servers. The other servers have delivered the signal all the same. {@link DflockdClientListener} gets the count or the
     * failure of each server.
     */
    ALL_SERVERS
}
