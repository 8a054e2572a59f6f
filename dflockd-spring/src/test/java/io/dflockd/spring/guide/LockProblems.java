package io.dflockd.spring.guide;

// tag::advice
import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.LockSuspendedException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.TlsException;
import io.dflockd.spring.lock.LockInterruptedException;
import io.dflockd.spring.signal.SignalInterruptedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

@RestControllerAdvice
public class LockProblems {

    private static final Logger log = LoggerFactory.getLogger(LockProblems.class);

    @ExceptionHandler
    ProblemDetail busy(LockTimeoutException busy) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "Somebody else works on this. Try again later.");
    }

    @ExceptionHandler({
        DflockdConnectionException.class,
        LockRejectedException.class,
        LockSuspendedException.class,
        ClientClosedException.class,
        LockInterruptedException.class,
        SignalInterruptedException.class
    })
    ProblemDetail unavailable(DflockdException unavailable) {
        log.warn("A request could not be locked: {}", unavailable.toString());
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "Try again later.");
    }

    @ExceptionHandler({DflockdException.class, TlsException.class})
    ProblemDetail failed(DflockdException failed) {
        log.error("A request failed", failed);
        return ProblemDetail.forStatus(HttpStatus.INTERNAL_SERVER_ERROR);
    }

    @ExceptionHandler
    ProblemDetail invalid(InvalidArgumentException invalid) {
        log.error("A key or another argument was refused", invalid);
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.BAD_REQUEST, "The request has a value that cannot be locked.");
    }
}
// end::advice
