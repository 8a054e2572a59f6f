package io.dflockd.embedded;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The faults at work; the first one that matches strikes. Confined to the event loop. */
final class FaultRules {

    private final List<InjectedFault> rules = new ArrayList<>();
    /** Faults that strike no request, kept so that they can be removed with the others. */
    private final List<InjectedFault> inert = new ArrayList<>();

    private @Nullable InjectedFault closeAfterAccept;

    void add(InjectedFault rule) {
        rules.add(rule);
    }

    void remove(InjectedFault rule) {
        rules.remove(rule);
        inert.remove(rule);
        if (closeAfterAccept == rule) {
            closeAfterAccept = null;
        }
    }

    List<InjectedFault> all() {
        List<InjectedFault> all = new ArrayList<>(rules);
        all.addAll(inert);
        return all;
    }

    void closeAfterAccept(InjectedFault rule) {
        closeAfterAccept = rule;
        inert.add(rule);
    }

    void addInert(InjectedFault rule) {
        inert.add(rule);
    }

    boolean matchAccept() {
        return closeAfterAccept != null && closeAfterAccept.strike();
    }

    @Nullable
    InjectedFault matchRequest(Request request) {
        return rules.isEmpty() ? null : match(request.connectionId(), request.command(), request.key(), false);
    }

    @Nullable
    InjectedFault matchPush(long connectionId, String channel) {
        return rules.isEmpty() ? null : match(connectionId, "sig", channel, true);
    }

    private @Nullable InjectedFault match(long connectionId, String command, String key, boolean push) {
        for (InjectedFault rule : rules) {
            if (push == (rule.fault.kind == Fault.Kind.DROP_PUSHES)
                    && rule.target.matches(connectionId, command, key)
                    && rule.strike()) {
                return rule;
            }
        }
        return null;
    }
}
