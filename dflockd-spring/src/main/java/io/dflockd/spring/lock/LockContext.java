package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lock or slot that the running code holds, if it runs inside a guarded call: the callback of a template, or an
 * annotated method.
 *
 * <p>It is bound to the thread that runs the callback or the synchronous part of the method. Reactive code asks
 * {@code ReactiveLockContext} and coroutines {@code CoroutineLockContext} instead; threads that guarded code starts have no context, so pass the handle to them.
 */
public final class LockContext {

    private static final ThreadLocal<@Nullable LockFrame> FRAMES = new ThreadLocal<>();

    private LockContext() {}

    /**
     * The handle of the innermost guarded call on this thread.
     *
     * @return the handle
     * @throws IllegalStateException if no guarded call runs on this thread
     */
    public static LockHandle current() {
        LockFrame frame = FRAMES.get();
        if (frame == null) {
            throw new IllegalStateException("no guarded call runs on thread '"
                    + Thread.currentThread().getName()
                    + "': expected to be called by an annotated method or a template's callback, on its own thread");
        }
        return frame.handle();
    }

    /**
     * As {@link #current()}, for code that may run unguarded as well.
     *
     * @return empty if no guarded call runs on this thread
     */
    public static Optional<LockHandle> find() {
        LockFrame frame = FRAMES.get();
        return frame == null ? Optional.empty() : Optional.of(frame.handle());
    }

    /**
     * The handle of the innermost guarded call of a logical name on this thread.
     *
     * @param name the logical name: the annotation's {@code name} or {@link LockOptions#name()}
     * @return empty if no guarded call of that name runs on this thread
     */
    public static Optional<LockHandle> find(String name) {
        for (LockFrame frame = FRAMES.get(); frame != null; frame = frame.outer()) {
            if (name.equals(frame.request().name())) {
                return Optional.of(frame.handle());
            }
        }
        return Optional.empty();
    }

    static @Nullable LockFrame top() {
        return FRAMES.get();
    }

    static void restore(@Nullable LockFrame frame) {
        if (frame == null) {
            FRAMES.remove();
        } else {
            FRAMES.set(frame);
        }
    }
}
