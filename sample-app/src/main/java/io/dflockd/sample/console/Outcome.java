package io.dflockd.sample.console;

import org.springframework.http.HttpStatus;

/** The answer to a button. */
record Outcome(HttpStatus status, String message) {

    static Outcome done(String message) {
        return new Outcome(HttpStatus.OK, message);
    }

    static Outcome refused(HttpStatus status, String message) {
        return new Outcome(status, message);
    }
}
