package io.dflockd.spring.signal.endpoint;

import io.dflockd.spring.signal.listener.SignalMessageListener;
import java.util.List;

/** An endpoint whose listener is given, for registration in code. */
public class SimpleSignalListenerEndpoint extends AbstractSignalListenerEndpoint {

    private final SignalMessageListener listener;

    /**
     * Creates an endpoint.
     *
     * @param id unique in a registry
     * @param channels channels or patterns, at least one
     * @param listener what is called
     */
    public SimpleSignalListenerEndpoint(String id, List<String> channels, SignalMessageListener listener) {
        super(id, channels);
        this.listener = listener;
    }

    @Override
    public SignalMessageListener createListener() {
        return listener;
    }
}
