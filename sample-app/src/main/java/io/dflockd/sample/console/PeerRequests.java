package io.dflockd.sample.console;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Asks other instances on this machine what they hold. */
@Component
class PeerRequests {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final JsonMapper json;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    PeerRequests(JsonMapper json) {
        this.json = json;
    }

    CompletableFuture<InstanceState> state(int port) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/console/instance"))
                .timeout(PATIENCE)
                .build();
        return http.sendAsync(request, BodyHandlers.ofString())
                .thenApply(response -> json.readValue(response.body(), InstanceState.class));
    }
}
