package io.dflockd.sample;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Pretends to do something that must not happen twice at a time, and says in the log when it begins and ends. */
@Component
class Work {

    private static final Logger log = LoggerFactory.getLogger(Work.class);

    private final String instance;

    Work(@Value("${server.port:8080}") String port) {
        this.instance = "port " + port;
    }

    Receipt run(String what, int seconds, long askedAt) throws InterruptedException {
        long begin = System.nanoTime();
        log.info("{} begins, {} s", what, seconds);
        TimeUnit.SECONDS.sleep(seconds);
        log.info("{} ends", what);
        return new Receipt(what, instance, millis(begin - askedAt), millis(System.nanoTime() - begin));
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }

    /** What was done, where, and for how long it waited before. */
    record Receipt(String what, String instance, long waitedMillis, long workedMillis) {}
}
