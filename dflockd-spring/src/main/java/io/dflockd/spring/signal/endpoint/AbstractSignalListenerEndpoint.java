package io.dflockd.spring.signal.endpoint;

import io.dflockd.spring.signal.listener.SignalListenerErrorHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The properties of an endpoint. Set before it is registered, by one thread. */
public abstract class AbstractSignalListenerEndpoint implements SignalListenerEndpoint {

    private final String id;

    private final List<String> channels;

    private @Nullable String group;

    private @Nullable String client;

    private @Nullable Integer concurrency;

    private @Nullable Boolean autoStartup;

    private @Nullable SignalListenerErrorHandler errorHandler;

    /**
     * Creates an endpoint.
     *
     * @param id unique in a registry
     * @param channels channels or patterns, at least one
     */
    protected AbstractSignalListenerEndpoint(String id, List<String> channels) {
        this.id = id;
        this.channels = List.copyOf(channels);
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public List<String> getChannels() {
        return channels;
    }

    @Override
    public @Nullable String getGroup() {
        return group;
    }

    /**
     * Sets the queue group.
     *
     * @param group null for plain subscriptions
     */
    public void setGroup(@Nullable String group) {
        this.group = group;
    }

    @Override
    public @Nullable String getClient() {
        return client;
    }

    /**
     * Sets the bean name of the client.
     *
     * @param client null for the only or primary one
     */
    public void setClient(@Nullable String client) {
        this.client = client;
    }

    @Override
    public @Nullable Integer getConcurrency() {
        return concurrency;
    }

    /**
     * Sets how many signals are handled at a time.
     *
     * @param concurrency null for the factory's
     */
    public void setConcurrency(@Nullable Integer concurrency) {
        this.concurrency = concurrency;
    }

    @Override
    public @Nullable Boolean getAutoStartup() {
        return autoStartup;
    }

    /**
     * Sets whether it is started with the context.
     *
     * @param autoStartup null for the factory's
     */
    public void setAutoStartup(@Nullable Boolean autoStartup) {
        this.autoStartup = autoStartup;
    }

    @Override
    public @Nullable SignalListenerErrorHandler getErrorHandler() {
        return errorHandler;
    }

    /**
     * Sets who gets what the listener throws.
     *
     * @param errorHandler null for the factory's
     */
    public void setErrorHandler(@Nullable SignalListenerErrorHandler errorHandler) {
        this.errorHandler = errorHandler;
    }

    @Override
    public String toString() {
        return "endpoint '" + id + "' on " + channels;
    }
}
