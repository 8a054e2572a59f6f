package io.dflockd.sample;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.sample.TicketService.NotYetCalledException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** The answers to requests that cannot be served. */
@RestControllerAdvice
class Problems {

    @ExceptionHandler({LockTimeoutException.class, NotYetCalledException.class})
    ProblemDetail busy(Exception busy) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, busy.getMessage());
    }

    /** Such as a blank in a key. */
    @ExceptionHandler
    ProblemDetail invalid(InvalidArgumentException invalid) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, invalid.getMessage());
    }
}
