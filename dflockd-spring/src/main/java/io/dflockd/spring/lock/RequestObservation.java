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
import org.jspecify.annotations.Nullable;

/** The observation of one acquisition or hold. */
final class RequestObservation {

    private static final LockObservationConvention ACQUIRE = new DefaultLockAcquireObservationConvention();

    private static final LockObservationConvention HOLD = new DefaultLockHoldObservationConvention();

    private static final RequestObservation NONE = new RequestObservation(SafeObservation.none(), null);

    private final SafeObservation observation;

    private final @Nullable LockObservationContext context;

    private RequestObservation(SafeObservation observation, @Nullable LockObservationContext context) {
        this.observation = observation;
        this.context = context;
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
        return new RequestObservation(observation, context);
    }

    void server(ServerAddress server) {
        if (context != null) {
            context.setServer(server);
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
        if (context != null) {
            context.setOutcome(outcome);
        }
        observation.stop(error);
    }
}
