package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ClientSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log lines about clients at the start and the end of an application. */
final class ClientLog {

    private static final Logger log = LoggerFactory.getLogger(ClientLifecycle.class);

    private static final int MAX_SHOWN = 10;

    private ClientLog() {}

    static void started(List<RestartableClient> clients) {
        if (!clients.isEmpty() && log.isInfoEnabled()) {
            StringJoiner described = new StringJoiner(", ");
            for (RestartableClient client : clients) {
                described.add(client.name() + " " + client.servers());
            }
            log.info("dflockd clients and their servers: {}", described);
        }
    }

    /** Says what a close will wait for. */
    static void closing(RestartableClient client) {
        if (client.isClosed()) {
            return;
        }
        List<ClientSnapshot.Held> held = client.snapshot().held();
        if (!held.isEmpty()) {
            log.info(
                    "dflockd client '{}' closes with {} held: {}. {}",
                    client.name(),
                    held.size() == 1 ? "1 lock" : held.size() + " locks",
                    held.stream().limit(MAX_SHOWN).map(ClientLog::describe).collect(Collectors.joining(", "))
                            + (held.size() > MAX_SHOWN ? ", ..." : ""),
                    client.closeTimeout().isZero()
                            ? "They are released now"
                            : "Waiting up to " + seconds(client.closeTimeout()) + " for their release");
        }
    }

    private static String describe(ClientSnapshot.Held held) {
        return "'" + held.key() + "' (since " + seconds(held.age()) + ", server " + held.server() + ")";
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }
}
