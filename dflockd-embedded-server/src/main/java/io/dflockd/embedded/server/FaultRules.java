package io.dflockd.embedded.server;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The faults of a server. If several match a request, the one injected first strikes. */
public final class FaultRules {

    private final Set<ActiveFault> onRequests = new LinkedHashSet<>();
    private final Set<ActiveFault> onPushes = new LinkedHashSet<>();
    private final Set<ActiveFault> onAccepts = new LinkedHashSet<>();
    private final Set<ActiveFault> others = new LinkedHashSet<>();

    /** Adds a fault that strikes requests or, if it drops pushes, signals. */
    public void add(ActiveFault fault) {
        (fault.spec().kind() == FaultSpec.Kind.DROP_PUSHES ? onPushes : onRequests).add(fault);
    }

    /** Adds a fault that strikes new connections. */
    public void addOnAccept(ActiveFault fault) {
        onAccepts.add(fault);
    }

    /** Adds a fault that strikes no request, so that {@link #clear} removes it with the others. */
    public void addOther(ActiveFault fault) {
        others.add(fault);
    }

    /** Removes a fault and ends its effect. */
    public void remove(ActiveFault fault) {
        sets().forEach(set -> set.remove(fault));
        fault.removed();
    }

    /** Removes all faults and ends their effects. */
    public void clear() {
        sets().forEach(set -> List.copyOf(set).forEach(this::remove));
    }

    private List<Set<ActiveFault>> sets() {
        return List.of(onRequests, onPushes, onAccepts, others);
    }

    boolean matchAccept() {
        return match(onAccepts, 0, "", "") != null;
    }

    @Nullable
    ActiveFault matchRequest(Request request) {
        return match(onRequests, request.connectionId(), request.command(), request.key());
    }

    @Nullable
    ActiveFault matchPush(long connectionId, String channel) {
        return match(onPushes, connectionId, "sig", channel);
    }

    private static @Nullable ActiveFault match(Set<ActiveFault> faults, long connectionId, String command, String key) {
        if (faults.isEmpty()) {
            return null;
        }
        for (ActiveFault fault : faults) {
            if (fault.strikes(connectionId, command, key)) {
                return fault;
            }
        }
        return null;
    }
}
