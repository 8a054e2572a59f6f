package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.ServerAddress;
import io.dflockd.spring.internal.SafeObservation;
import io.dflockd.spring.lock.observation.DefaultLockAcquireObservationConvention;
import io.dflockd.spring.lock.observation.DefaultLockHoldObservationConvention;
import io.dflockd.spring.lock.observation.LockObservation;
import io.dflockd.spring.lock.observation.LockObservationContext;
import io.dflockd.spring.lock.observation.LockObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The observation of one acquisition or hold. If nobody can stop it any more, because the work was dropped or the stack was too
 * short, it is stopped as abandoned once it is garbage.
 */
final class RequestObservation {

    private static final LockObservationConvention ACQUIRE = new DefaultLockAcquireObservationConvention();

    private static final LockObservationConvention HOLD = new DefaultLockHoldObservationConvention();

    private static final RequestObservation NONE = new RequestObservation(SafeObservation.none(), null);

    private final SafeObservation observation;

    private final @Nullable End end;

    private final Cleaner.@Nullable Cleanable cleanable;

    private RequestObservation(SafeObservation observation, @Nullable LockObservationContext context) {
        this.observation = observation;
        this.end = context == null ? null : new End(observation, context);
        this.cleanable = end == null ? null : Abandonment.watch(this, end);
    }

    static RequestObservation acquiring(LockRequest request, LockSettings settings) {
        return start(LockObservation.ACQUIRE, settings.acquireConvention(), ACQUIRE, request, null, settings);
    }

    static RequestObservation holding(LockRequest request, LockHandle handle, LockSettings settings) {
        return start(LockObservation.HOLD, settings.holdConvention(), HOLD, request, handle, settings);
    }

    private static RequestObservation start(
            LockObservation documentation,
            @Nullable LockObservationConvention custom,
            LockObservationConvention standard,
            LockRequest request,
            @Nullable LockHandle handle,
            LockSettings settings) {
        ObservationRegistry registry = settings.observationRegistry();
        if (registry.isNoop()) {
            return NONE;
        }
        LockObservationContext context = new LockObservationContext(request.kind(), request.name(), request.key());
        if (handle != null) {
            context.setServer(handle.server());
        }
        SafeObservation observation = SafeObservation.start(registry, () -> {
            Observation created = documentation.observation(custom, standard, () -> context, registry);
            return request.parent() == null ? created : created.parentObservation(request.parent());
        });
        return observation.observation() == null ? NONE : new RequestObservation(observation, context);
    }

    void server(ServerAddress server) {
        if (end != null) {
            end.context.setServer(server);
        }
    }

    @Nullable
    Observation observation() {
        return observation.observation();
    }

    void openScope() {
        observation.openScope();
    }

    void closeScope() {
        observation.closeScope();
    }

    void stop(String outcome, @Nullable Throwable error) {
        try {
            if (end != null) {
                end.stop(outcome, error);
            }
            if (cleanable != null) {
                cleanable.clean();
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Does not refer to the {@link RequestObservation}, which would never be garbage otherwise. One thread at a time. */
    private static final class End implements Runnable {

        private final SafeObservation observation;

        private final LockObservationContext context;

        private boolean stopped;

        End(SafeObservation observation, LockObservationContext context) {
            this.observation = observation;
            this.context = context;
        }

        void stop(String outcome, @Nullable Throwable error) {
            if (!stopped) {
                context.setOutcome(outcome);
                observation.stop(error);
                stopped = true;
            }
        }

        @Override
        public void run() {
            stop("abandoned", null);
        }
    }

    /** Its thread begins with the first observation. */
    private static final class Abandonment {

        private static final Logger log = LoggerFactory.getLogger(RequestObservation.class);

        private static final @Nullable Cleaner CLEANER = create();

        private Abandonment() {}

        private static @Nullable Cleaner create() {
            try {
                return Cleaner.create();
            } catch (Throwable ex) {
                log.warn("observations of work that is dropped will not end", ex);
                return null;
            }
        }

        static Cleaner.@Nullable Cleanable watch(RequestObservation observation, End end) {
            return CLEANER == null ? null : CLEANER.register(observation, end);
        }
    }
}
