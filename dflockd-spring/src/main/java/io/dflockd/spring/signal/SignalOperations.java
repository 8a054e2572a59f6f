package io.dflockd.spring.signal;

import io.dflockd.client.DflockdException;
import io.dflockd.client.InvalidArgumentException;
import java.util.concurrent.CompletableFuture;

/**
 * Operations that send signals. {@link SignalTemplate} is the implementation; tests can implement the interface themselves.
 *
 * <p>The returned count is the number of listeners for which the server has queued the signal. It does not mean that a
 * listener received it; see {@link io.dflockd.client.Signals}.
 */
public interface SignalOperations {

    /**
     * Sends a text.
     *
     * @param channel 1 to 256 bytes of UTF-8 without blank, TAB, CR, LF and wildcards
     * @param payload not empty, without line breaks, at most 256 bytes of UTF-8 unless the client is set to more
     * @return for how many listeners it was queued
     * @throws InvalidArgumentException if one of them breaks a rule; nothing was sent
     * @throws SignalInterruptedException if the thread is interrupted
     * @throws DflockdException if the server cannot be reached, refuses, or does not answer
     */
    long send(String channel, String payload);

    /**
     * Converts an object and sends it.
     *
     * @param channel as in {@link #send}
     * @param payload an object that the converter converts to a text that {@link #send} accepts
     * @return for how many listeners it was queued
     * @throws SignalConversionException if it cannot be converted; nothing was sent
     * @throws InvalidArgumentException as in {@link #send}, or if the payload is null
     * @throws SignalInterruptedException as in {@link #send}
     * @throws DflockdException as in {@link #send}
     */
    long convertAndSend(String channel, Object payload);

    /**
     * Sends a text without waiting for the answer.
     *
     * @param channel as in {@link #send}
     * @param payload as in {@link #send}
     * @return completed on the client's callback executor
     * @throws InvalidArgumentException as in {@link #send}
     */
    CompletableFuture<Long> sendAsync(String channel, String payload);

    /**
     * Converts an object and sends it without waiting for the answer.
     *
     * @param channel as in {@link #send}
     * @param payload as in {@link #convertAndSend}
     * @return completed on the client's callback executor
     * @throws SignalConversionException as in {@link #convertAndSend}
     * @throws InvalidArgumentException as in {@link #send}
     */
    CompletableFuture<Long> convertAndSendAsync(String channel, Object payload);
}
