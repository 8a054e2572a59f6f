package io.dflockd.embedded;

import io.dflockd.embedded.server.FaultSpec;
import io.dflockd.embedded.server.RequestFilter;

/** Shows what a fault and its target contain, for a proxy that plays them before another server. */
public final class FaultContents {

    private FaultContents() {}

    public static FaultSpec of(Fault fault) {
        return fault.spec;
    }

    public static RequestFilter of(FaultTarget target) {
        return target.filter;
    }
}
