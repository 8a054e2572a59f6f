package io.dflockd.client.testserver;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports that the system gives to nobody: a server that is stopped must find its port free when it starts again. */
public final class TestPorts {

    private static final int FIRST = 20_000;

    private static final int COUNT = 12_000;

    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private TestPorts() {}

    public static int next() {
        return FIRST + NEXT.getAndIncrement() % COUNT;
    }
}
