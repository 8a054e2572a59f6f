package io.dflockd.sample.console;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Ends this process without any clean-up, as {@code kill -9} does, so that one sees what becomes of its locks. */
@Component
class ProcessEnd {

    private static final Logger log = LoggerFactory.getLogger(ProcessEnd.class);

    /** 128 + SIGKILL, as a shell shows it. */
    private static final int STATUS = 137;

    private final ConsoleProperties properties;

    ProcessEnd(ConsoleProperties properties) {
        this.properties = properties;
    }

    /** After the answer has left. */
    Outcome request() {
        if (!properties.kill()) {
            return Outcome.refused(
                    HttpStatus.FORBIDDEN, "sample.console.kill is false: the console must not end this process");
        }
        log.warn("The console ends this process");
        CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(this::halt);
        return Outcome.done("this instance ends now");
    }

    void halt() {
        Runtime.getRuntime().halt(STATUS);
    }
}
