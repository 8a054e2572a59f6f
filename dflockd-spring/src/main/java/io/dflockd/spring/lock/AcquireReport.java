package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.spring.lock.event.LockAcquireFailedEvent;
import io.dflockd.spring.lock.event.LockBusyEvent;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/** Reports one acquisition. */
final class AcquireReport {

    private final LockReporter reporter;

    private final LockRequest request;

    private final RequestObservation observation;

    private final long started = System.nanoTime();

    AcquireReport(LockReporter reporter, LockRequest request, RequestObservation observation) {
        this.reporter = reporter;
        this.request = request;
        this.observation = observation;
    }

    void acquired(LockHandle handle) {
        observation.server(handle.server());
        observation.stop("acquired", null);
        reporter.watch(request, handle);
    }

    void busy() {
        observation.stop("busy", null);
        if (reporter.publishes()) {
            reporter.publish(new LockBusyEvent(
                    reporter.source(),
                    request.kind(),
                    request.name(),
                    request.key(),
                    Duration.ofNanos(System.nanoTime() - started)));
        }
    }

    void failed(Throwable failure) {
        Throwable cause = Failures.causeOf(failure);
        if (cause instanceof LockTimeoutException) {
            busy();
        } else if (cause instanceof LockInterruptedException) {
            observation.stop("interrupted", null);
        } else if (cause instanceof CancellationException) {
            observation.stop("cancelled", null);
        } else {
            observation.stop("error", cause);
            if (reporter.publishes()) {
                reporter.publish(new LockAcquireFailedEvent(
                        reporter.source(), request.kind(), request.name(), request.key(), cause));
            }
        }
    }
}
