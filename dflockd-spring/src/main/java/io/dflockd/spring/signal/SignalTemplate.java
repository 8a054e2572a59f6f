package io.dflockd.spring.signal;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

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
        return send(channel, written(channel, payload));
    }

    @Override
    public CompletableFuture<Long> sendAsync(String channel, String payload) {
        return client.signals().emitAsync(channel, payload);
    }

    @Override
    public CompletableFuture<Long> convertAndSendAsync(String channel, Object payload) {
        return sendAsync(channel, written(channel, payload));
    }

    /** A null would become the text "null" as JSON, which no listener can read. */
    private String written(String channel, @Nullable Object payload) {
        if (payload == null) {
            throw new InvalidArgumentException("the payload for channel '" + channel
                    + "' is null; expected an object that the converter makes a text of. Send a text or an object that stands"
                    + " for nothing");
        }
        return converter.write(payload);
    }
}
