package io.dflockd.client;

/**
 * A signal as it reached this client. The wire carries nothing else: no time, no sender, no number, no pattern.
 *
 * @param channel where it was emitted
 * @param payload what was emitted, at least one character; never shown by {@link #toString()}
 * @param server which server pushed it
 */
public record Signal(String channel, String payload, ServerAddress server) {

    /** Leaves the payload out: it may be what nobody wants in a log. */
    @Override
    public String toString() {
        return "Signal[" + channel + ", " + payload.length() + " characters, from " + server + "]";
    }
}
