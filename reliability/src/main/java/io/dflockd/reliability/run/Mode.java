package io.dflockd.reliability.run;

import java.util.List;

/** What the workers of a phase go through. */
enum Mode {
    /** Relays between workers and servers, which free the locks of connections that have ended. */
    RELAY(
            List.of(
                    Fault.CUT,
                    Fault.CUT,
                    Fault.RESET,
                    Fault.RESET_TOWARDS_SERVER,
                    Fault.FREEZE,
                    Fault.HALF_OPEN,
                    Fault.HALF_OPEN_TOWARDS_CLIENT,
                    Fault.SLOW,
                    Fault.SINGLE_BYTES,
                    Fault.STOP,
                    Fault.KILL,
                    Fault.SERVER_RESTART,
                    Fault.SERVER_STOP),
            true),
    /** The same with servers that keep the locks of connections that have ended. */
    KEEP(RELAY.faults, false),
    /** No relays: the workers are in network namespaces of their own, and packets are dropped. */
    PACKETS(
            List.of(
                    Fault.PACKETS_LOST,
                    Fault.PACKETS_LOST_TOWARDS_SERVER,
                    Fault.PACKETS_LOST_TOWARDS_CLIENT,
                    Fault.LINK_DOWN,
                    Fault.STOP,
                    Fault.KILL,
                    Fault.SERVER_RESTART,
                    Fault.SERVER_STOP),
            true);

    private final List<Fault> faults;

    private final boolean autoRelease;

    Mode(List<Fault> faults, boolean autoRelease) {
        this.faults = faults;
        this.autoRelease = autoRelease;
    }

    /** The failures, each as often as it comes in one round. */
    List<Fault> faults() {
        return faults;
    }

    /** Whether the servers free the locks of connections that have ended. */
    boolean autoRelease() {
        return autoRelease;
    }
}
