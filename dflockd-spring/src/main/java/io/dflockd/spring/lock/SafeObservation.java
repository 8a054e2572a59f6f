package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.ServerAddress;
import io.dflockd.spring.lock.observation.DefaultLockAcquireObservationConvention;
import io.dflockd.spring.lock.observation.DefaultLockHoldObservationConvention;
import io.dflockd.spring.lock.observation.LockObservation;
import io.dflockd.spring.lock.observation.LockObservationContext;
import io.dflockd.spring.lock.observation.LockObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An observation whose handlers cannot harm what it observes. */
final class SafeObservation {

    static final SafeObservation NONE = new SafeObservation(null, null, ObservationRegistry.NOOP);

    private static final Logger log = LoggerFactory.getLogger(SafeObservation.class);

    private static final LockObservationConvention ACQUIRE = new DefaultLockAcquireObservationConvention();

    private static final LockObservationConvention HOLD = new DefaultLockHoldObservationConvention();

    private final @Nullable Observation observation;

    private final @Nullable LockObservationContext context;

    private final ObservationRegistry registry;

    private Observation.@Nullable Scope outer;

    private Observation.@Nullable Scope scope;

    private SafeObservation(
            @Nullable Observation observation, @Nullable LockObservationContext context, ObservationRegistry registry) {
        this.observation = observation;
        this.context = context;
        this.registry = registry;
    }

    static SafeObservation acquiring(LockRequest request, LockSettings settings) {
        return start(LockObservation.ACQUIRE, settings.acquireConvention(), ACQUIRE, request, settings, context -> {});
    }

    static SafeObservation holding(LockRequest request, LockHandle handle, LockSettings settings) {
        return start(
                LockObservation.HOLD,
                settings.holdConvention(),
                HOLD,
                request,
                settings,
                context -> context.setServer(handle.server()));
    }

    private static SafeObservation start(
            LockObservation documentation,
            @Nullable LockObservationConvention custom,
            LockObservationConvention standard,
            LockRequest request,
            LockSettings settings,
            Consumer<LockObservationContext> preparation) {
        if (settings.observationRegistry().isNoop()) {
            return NONE;
        }
        LockObservationContext context = new LockObservationContext(request.kind(), request.name(), request.key());
        preparation.accept(context);
        try {
            Observation observation =
                    documentation.observation(custom, standard, () -> context, settings.observationRegistry());
            if (request.parent() != null) {
                observation.parentObservation(request.parent());
            }
            return new SafeObservation(observation.start(), context, settings.observationRegistry());
        } catch (Throwable ex) {
            warn(ex);
            return NONE;
        }
    }

    void server(ServerAddress server) {
        if (context != null) {
            context.setServer(server);
        }
    }

    @Nullable
    Observation observation() {
        return observation;
    }

    /** Makes this the thread's current observation until {@link #closeScope()}, on the same thread. */
    void openScope() {
        if (observation != null) {
            outer = registry.getCurrentObservationScope();
            guarded(running -> scope = running.openScope());
            if (scope == null) {
                registry.setCurrentObservationScope(outer);
            }
        }
    }

    void closeScope() {
        Observation.Scope open = scope;
        if (open != null) {
            guarded(running -> open.close());
            registry.setCurrentObservationScope(outer);
        }
    }

    void stop(String outcome, @Nullable Throwable error) {
        if (context != null) {
            context.setOutcome(outcome);
        }
        guarded(running -> {
            if (error != null) {
                running.error(error);
            }
        });
        guarded(Observation::stop);
    }

    private void guarded(Consumer<Observation> step) {
        if (observation == null) {
            return;
        }
        try {
            step.accept(observation);
        } catch (Throwable ex) {
            warn(ex);
        }
    }

    private static void warn(Throwable ex) {
        log.warn("observing a lock failed; locking goes on", ex);
    }
}
