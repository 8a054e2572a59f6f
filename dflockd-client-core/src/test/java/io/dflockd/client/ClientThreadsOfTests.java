package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;

/** The threads of dflockd clients in this JVM. */
final class ClientThreadsOfTests {

    private ClientThreadsOfTests() {}

    /** Their names, without the servers' and without the one cleaner thread that all clients of a JVM share. */
    static List<String> names() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("dflockd-"))
                .filter(name -> !name.startsWith("dflockd-embedded"))
                .filter(name -> !name.startsWith("dflockd-abandoned-handles"))
                .sorted()
                .toList();
    }

    /** Waits until there are none: pools end after a few idle seconds. */
    static void awaitNone() {
        await().atMost(TestServers.SOON).untilAsserted(() -> assertThat(names()).isEmpty());
    }
}
