package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** {@link LockContext} for reactive code: what the running subscription holds, from its Reactor context. */
public final class ReactiveLockContext {

    private ReactiveLockContext() {}

    /**
     * The handle of the innermost guarded subscription.
     *
     * @return the handle; fails with an {@link IllegalStateException} outside of a guarded subscription
     */
    public static Mono<LockHandle> current() {
        return Mono.deferContextual(context -> Mono.justOrEmpty(find(context)))
                .switchIfEmpty(
                        Mono.error(() -> new IllegalStateException("no guarded subscription is under way: expected"
                                + " to be subscribed to inside the publisher of an annotated method or a ReactiveLockTemplate"
                                + " callback")));
    }

    /**
     * The handle of the innermost guarded subscription that a context belongs to.
     *
     * @param context of {@code deferContextual}, for example
     * @return empty outside of a guarded subscription
     */
    public static Optional<LockHandle> find(ContextView context) {
        LockFrame frame = frame(context);
        return frame == null ? Optional.empty() : Optional.of(frame.handle());
    }

    static @Nullable LockFrame frame(ContextView context) {
        return context.<@Nullable LockFrame>getOrDefault(LockFrame.class, null);
    }
}
