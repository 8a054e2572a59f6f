package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reactive work under a distributed lock or semaphore slot, for applications with Reactor on the class path.
 *
 * <p>Each subscription acquires, without blocking the subscriber's thread, then subscribes to what the callback returned,
 * and releases when that completes, fails or is cancelled. A completion reaches the subscriber after the release. A
 * subscription that is cancelled while it waits withdraws its request. If the lock is lost, the source is cancelled and the
 * subscriber gets a {@link io.dflockd.client.LockLostException} at once, unless the options say {@link OnLost#REPORT}.
 *
 * <p>Signals come on the client's callback executor once something was waited for; {@code publishOn} moves them. The
 * callback and its source find the handle with {@link ReactiveLockContext}. A subscription inside a guarded one, or on a
 * thread inside a guarded call, with the same key fails at once with {@link LockNotReentrantException}.
 *
 * <p>Thread-safe.
 */
public class ReactiveLockTemplate {

    private final LockOperations operations;

    /**
     * Creates a template.
     *
     * @param operations how to acquire; any implementation
     */
    public ReactiveLockTemplate(LockOperations operations) {
        this.operations = operations;
    }

    /**
     * Work with at most one value.
     *
     * @param key what to lock
     * @param options how
     * @param callback gives the work, for each subscription
     * @param <T> its value
     * @return what the work gives; fails with {@link io.dflockd.client.LockTimeoutException} if the lock is busy
     */
    public <T> Mono<T> execute(String key, LockOptions options, Function<LockHandle, Mono<T>> callback) {
        return Mono.deferContextual(context ->
                ReactiveCall.start(operations, key, options, context, false).guardOne(callback));
    }

    /**
     * As {@link #execute}, but completes without a value if the lock is busy for the whole acquire timeout.
     *
     * @param key what to lock
     * @param options how
     * @param callback gives the work, for each subscription
     * @param <T> its value
     * @return what the work gives
     */
    public <T> Mono<T> tryExecute(String key, LockOptions options, Function<LockHandle, Mono<T>> callback) {
        return Mono.deferContextual(context ->
                ReactiveCall.start(operations, key, options, context, true).guardOne(callback));
    }

    /**
     * Work with any number of values.
     *
     * @param key what to lock
     * @param options how
     * @param callback gives the work, for each subscription
     * @param <T> its values
     * @return what the work gives; fails with {@link io.dflockd.client.LockTimeoutException} if the lock is busy
     */
    public <T> Flux<T> executeMany(
            String key, LockOptions options, Function<LockHandle, ? extends Publisher<T>> callback) {
        return Flux.deferContextual(context ->
                ReactiveCall.start(operations, key, options, context, false).guardMany(callback));
    }

    /**
     * As {@link #executeMany}, but completes without values if the lock is busy for the whole acquire timeout.
     *
     * @param key what to lock
     * @param options how
     * @param callback gives the work, for each subscription
     * @param <T> its values
     * @return what the work gives
     */
    public <T> Flux<T> tryExecuteMany(
            String key, LockOptions options, Function<LockHandle, ? extends Publisher<T>> callback) {
        return Flux.deferContextual(context ->
                ReactiveCall.start(operations, key, options, context, true).guardMany(callback));
    }
}
