package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.spring.lock.event.LockEvent;
import io.dflockd.spring.lock.event.LockLostEvent;
import io.dflockd.spring.lock.event.LockReleaseUnconfirmedEvent;
import io.micrometer.observation.Observation;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;

/** Tells events, observations and the log what becomes of a template's calls. Never fails a call. */
final class LockReporter {

    private static final Logger log = LoggerFactory.getLogger(LockReporter.class);

    private static final int MAX_WARNED = 1000;

    private final Object source;

    private final LockSettings settings;

    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    LockReporter(Object source, LockSettings settings) {
        this.source = source;
        this.settings = settings;
    }

    @Nullable
    Observation parent() {
        return settings.observationRegistry().isNoop()
                ? null
                : settings.observationRegistry().getCurrentObservation();
    }

    AcquireReport acquiring(LockRequest request) {
        return new AcquireReport(this, request, RequestObservation.acquiring(request, settings));
    }

    RequestObservation holding(LockRequest request, LockHandle handle) {
        return RequestObservation.holding(request, handle, settings);
    }

    void watch(LockRequest request, LockHandle handle) {
        boolean report = request.options().effectiveOnLost() == OnLost.REPORT;
        if (settings.eventPublisher() != null || report) {
            handle.onLost((lost, reason) -> {
                if (report) {
                    log.warn(
                            "{} of {} was lost ({}) while its guarded code may still run; another holder may have it now",
                            request.describe(),
                            request.who(),
                            reason);
                }
                publish(new LockLostEvent(source, request.kind(), request.name(), request.key(), reason));
            });
        }
    }

    void unconfirmed(LockRequest request) {
        log.debug("the server did not confirm the release of {}", request.describe());
        if (settings.eventPublisher() != null) {
            publish(new LockReleaseUnconfirmedEvent(source, request.kind(), request.name(), request.key()));
        }
    }

    boolean publishes() {
        return settings.eventPublisher() != null;
    }

    Object source() {
        return source;
    }

    void publish(LockEvent event) {
        ApplicationEventPublisher publisher = settings.eventPublisher();
        if (publisher == null) {
            return;
        }
        try {
            publisher.publishEvent(event);
        } catch (Throwable ex) {
            log.warn("a listener of {} failed; locking goes on", event, ex);
        }
    }

    /** For handles: they may be used on the caller's thread. */
    void warnOfSurroundings(LockRequest request) {
        if (OpenTransaction.isActive()) {
            warnOfOpenTransaction(request);
        }
        warnOfOpenPersistenceContext(request);
    }

    void warnOfOpenTransaction(LockRequest request) {
        if (isFirst("transaction", request)) {
            log.warn(
                    "{} is taken by {} inside a transaction that is already open: the lock is free before that"
                            + " transaction commits, so the next holder may not see what was written. Lock outside the"
                            + " transaction, or start the transaction (REQUIRES_NEW) inside the lock",
                    request.describe(),
                    request.who());
        }
    }

    void warnOfOpenPersistenceContext(LockRequest request) {
        if (OpenPersistenceContext.isActive() && isFirst("session", request)) {
            log.warn(
                    "{} is taken by {} while a persistence context is open (open session in view): entities that were"
                            + " read before are answered from its cache inside the lock, and may be older than the lock. Set"
                            + " spring.jpa.open-in-view=false, or refresh them inside the lock",
                    request.describe(),
                    request.who());
        }
    }

    private boolean isFirst(String topic, LockRequest request) {
        return warned.size() < MAX_WARNED && warned.add(topic + ' ' + request.who());
    }
}
