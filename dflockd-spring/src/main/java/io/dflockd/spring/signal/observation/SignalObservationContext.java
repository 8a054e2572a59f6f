package io.dflockd.spring.signal.observation;

import io.micrometer.observation.Observation;

/** The context of an observation of {@link SignalObservation}. */
public class SignalObservationContext extends Observation.Context {

    private final String listenerId;

    private final String channel;

    /**
     * Creates the context.
     *
     * @param listenerId the listener's id
     * @param channel the channel that the signal was emitted on
     */
    public SignalObservationContext(String listenerId, String channel) {
        this.listenerId = listenerId;
        this.channel = channel;
    }

    /**
     * The listener's id.
     *
     * @return the id
     */
    public String getListenerId() {
        return listenerId;
    }

    /**
     * The channel that the signal was emitted on: of many values where a pattern is listened to.
     *
     * @return the channel
     */
    public String getChannel() {
        return channel;
    }
}
