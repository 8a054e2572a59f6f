package io.dflockd.sample;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.sample.TicketService.NotYetCalledException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** The answers to requests that cannot be served. */
@RestControllerAdvice
class Problems {

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ProblemDetail busy(LockTimeoutException busy) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "Somebody else works on this. Try again later.");
    }

    @ExceptionHandler
    ProblemDetail notYetCalled(NotYetCalledException waiting) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, waiting.getMessage());
    }

    /** Such as a blank in a key. Its message is for developers: it names classes, and code may be at fault. */
    @ExceptionHandler
    ProblemDetail invalid(InvalidArgumentException invalid) {
        log.warn("A request was refused: {}", invalid.getMessage());
        return ProblemDetail.forStatusAndDetail(
                HttpStatus.BAD_REQUEST, "The request has a value that cannot be part of a key.");
    }
}
