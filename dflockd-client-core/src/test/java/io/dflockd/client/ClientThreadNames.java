package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;

/** The threads of dflockd clients in this JVM. */
final class ClientThreadNames {

    private ClientThreadNames() {}

    /** Their names, without the servers'. */
    static List<String> names() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("dflockd-"))
                .filter(name -> !name.startsWith("dflockd-embedded"))
                .sorted()
                .toList();
    }

    /** Waits until there are none: pools end after a few idle seconds. */
    static void awaitNone() {
        await().atMost(TestServers.SOON).untilAsserted(() -> assertThat(names()).isEmpty());
    }
}
