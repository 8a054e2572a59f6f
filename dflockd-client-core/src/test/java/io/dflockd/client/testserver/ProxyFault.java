package io.dflockd.client.testserver;

import io.dflockd.embedded.server.FaultSpec;
import io.dflockd.embedded.server.RequestFilter;
import io.dflockd.embedded.server.WireText;
import java.util.ArrayList;
import java.util.List;

/** A fault that a {@link Proxy} plays. All but {@link #hits()} and {@link #remove()} belongs to the proxy's thread. */
final class ProxyFault implements TestFault {

    private final Proxy proxy;

    private final FaultSpec spec;

    private final RequestFilter filter;

    private final List<Runnable> onRemove = new ArrayList<>();

    private long matched;

    private boolean removed;

    private volatile long hits;

    ProxyFault(Proxy proxy, FaultSpec spec, RequestFilter filter) {
        this.proxy = proxy;
        this.spec = spec;
        this.filter = filter;
    }

    FaultSpec spec() {
        return spec;
    }

    boolean strikes(long connectionId, String command, String key) {
        boolean matches = (filter.connectionId() == 0 || filter.connectionId() == connectionId)
                && (filter.commands().isEmpty() || filter.commands().contains(command))
                && (filter.key() == null || filter.key().equals(WireText.ofJava(key)));
        if (!matches || ++matched <= filter.skipped() || hits >= filter.times()) {
            return false;
        }
        hits = hits + 1;
        return true;
    }

    void whenRemoved(Runnable action) {
        if (removed) {
            action.run();
        } else {
            onRemove.add(action);
        }
    }

    void removed() {
        removed = true;
        onRemove.forEach(Runnable::run);
        onRemove.clear();
    }

    @Override
    public long hits() {
        return hits;
    }

    @Override
    public void remove() {
        proxy.remove(this);
    }

    @Override
    public String toString() {
        return spec + " on " + filter;
    }
}
