package io.dflockd.spring.signal;

import io.dflockd.client.DflockdClient;
import java.util.concurrent.CompletableFuture;

/** {@link SignalOperations} on a client. Immutable and thread-safe. */
public class SignalTemplate implements SignalOperations {

    private final DflockdClient client;

    private final SignalConverter converter;

    /**
     * Creates a template that converts texts, and other objects as JSON if Jackson 3 is on the class path.
     *
     * @param client the client, which stays the caller's to close
     */
    public SignalTemplate(DflockdClient client) {
        this(client, SignalConverter.defaultConverter());
    }

    /**
     * Creates a template.
     *
     * @param client the client, which stays the caller's to close
     * @param converter makes payloads of objects
     */
    public SignalTemplate(DflockdClient client, SignalConverter converter) {
        this.client = client;
        this.converter = converter;
    }

    @Override
    public long send(String channel, String payload) {
        try {
            return client.signals().emit(channel, payload);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new SignalInterruptedException(
                    "interrupted while sending a signal to channel '" + channel + "'; it may have been sent", ex);
        }
    }

    @Override
    public long convertAndSend(String channel, Object payload) {
        return send(channel, converter.write(payload));
    }

    @Override
    public CompletableFuture<Long> sendAsync(String channel, String payload) {
        return client.signals().emitAsync(channel, payload);
    }

    @Override
    public CompletableFuture<Long> convertAndSendAsync(String channel, Object payload) {
        return sendAsync(channel, converter.write(payload));
    }
}
