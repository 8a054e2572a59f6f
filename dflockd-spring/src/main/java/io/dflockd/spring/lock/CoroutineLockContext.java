package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import java.util.Optional;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.reactor.ReactorContext;

/**
 * {@link LockContext} for coroutines: the lock or slot that the running {@code suspend} function or {@code Flow} holds.
 *
 * <pre>{@code
 * CoroutineLockContext.current(coroutineContext).ensureHeld()
 * }</pre>
 */
public final class CoroutineLockContext {

    private CoroutineLockContext() {}

    /**
     * The handle of the innermost guarded call.
     *
     * @param context the running coroutine's {@code coroutineContext}
     * @return the handle
     * @throws IllegalStateException if the coroutine is not inside a guarded call
     */
    public static LockHandle current(CoroutineContext context) {
        return find(context)
                .orElseThrow(
                        () -> new IllegalStateException("this coroutine is not inside a guarded call: expected to be"
                                + " called by an annotated suspend function, with its coroutineContext"));
    }

    /**
     * As {@link #current}, for code that may run unguarded as well.
     *
     * @param context the running coroutine's {@code coroutineContext}
     * @return empty if it is not inside a guarded call
     */
    public static Optional<LockHandle> find(CoroutineContext context) {
        ReactorContext reactor = context.get(ReactorContext.Key);
        return reactor == null ? Optional.empty() : ReactiveLockContext.find(reactor.getContext());
    }
}
