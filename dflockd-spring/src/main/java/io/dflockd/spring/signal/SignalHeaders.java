package io.dflockd.spring.signal;

/** The headers of the message that a listener method can ask for. */
public final class SignalHeaders {

    /** The channel it was emitted to; a {@link String}. */
    public static final String CHANNEL = "dflockd_channel";

    /** The pattern of the subscription; a {@link String}. */
    public static final String PATTERN = "dflockd_pattern";

    /** The queue group of the subscription; a {@link String}, absent for a plain subscription. */
    public static final String GROUP = "dflockd_group";

    /** The server that pushed it; a {@link io.dflockd.client.ServerAddress}. */
    public static final String SERVER = "dflockd_server";

    /** The signal itself; a {@link io.dflockd.client.Signal}. */
    public static final String SIGNAL = "dflockd_signal";

    private SignalHeaders() {}
}
