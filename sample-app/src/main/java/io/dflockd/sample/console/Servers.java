package io.dflockd.sample.console;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import io.dflockd.sample.console.LogEntry.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;

/** Asks every server for its stats, and logs when one goes down or comes back. */
@Component
class Servers {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final DflockdClient client;

    private final EventLog log;

    private final Map<ServerAddress, Boolean> lastUp = new ConcurrentHashMap<>();

    Servers(DflockdClient client, EventLog log) {
        this.client = client;
        this.log = log;
    }

    /** Never completes exceptionally, and within two seconds. */
    CompletableFuture<List<ServerState>> ask() {
        return Futures.all(client.servers().stream().map(this::ask).toList());
    }

    private CompletableFuture<ServerState> ask(ServerAddress server) {
        long asked = System.nanoTime();
        return client.statsAsync(server)
                .copy()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handle((stats, failure) -> new ServerState(
                        server,
                        Duration.ofNanos(System.nanoTime() - asked),
                        stats,
                        failure == null ? null : problem(failure)))
                .whenComplete((state, failure) -> note(state));
    }

    private static String problem(Throwable failure) {
        return failure instanceof TimeoutException
                ? "no answer to stats within " + Texts.seconds(PATIENCE)
                : Texts.reason(failure);
    }

    private void note(ServerState state) {
        Boolean before = lastUp.put(state.address(), state.isUp());
        if (before == null ? !state.isUp() : before != state.isUp()) {
            String problem = state.problem();
            log.add(Kind.SERVER, state.address().toString(), problem == null ? "is up again" : "is down: " + problem);
        }
    }
}
