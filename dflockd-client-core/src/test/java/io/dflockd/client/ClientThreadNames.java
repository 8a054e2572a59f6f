package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The threads of dflockd clients in this JVM. */
final class ClientThreadNames {

    private ClientThreadNames() {}

    /** Their names, without the servers'. */
    static List<String> names() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(ClientThreadNames::isOfClient)
                .sorted()
                .toList();
    }

    private static boolean isOfClient(String name) {
        return name.startsWith("dflockd-") && !name.startsWith("dflockd-embedded");
    }

    /** Waits until there are none: pools end after a few idle seconds. The failure shows what the others do. */
    static void awaitNone() {
        await().atMost(TestServers.SOON)
                .untilAsserted(
                        () -> assertThat(names()).as(ClientThreadNames::stacks).isEmpty());
    }

    private static String stacks() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> isOfClient(entry.getKey().getName()))
                .map(entry -> entry.getKey() + " " + entry.getKey().getState() + "\n    at "
                        + Arrays.stream(entry.getValue())
                                .map(StackTraceElement::toString)
                                .collect(Collectors.joining("\n    at ")))
                .collect(Collectors.joining("\n", "threads of clients:\n", "\n"));
    }
}
