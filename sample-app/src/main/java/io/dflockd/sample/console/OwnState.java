package io.dflockd.sample.console;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.util.Locale;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.stereotype.Component;

/** What this instance holds and waits for, by whatever code. */
@Component
class OwnState {

    private final Instance instance;

    private final DflockdClient client;

    private final ConsoleProperties properties;

    private final ConfigurableListableBeanFactory beans;

    private final ObjectProvider<EmbeddedDflockdServer> embedded;

    OwnState(
            Instance instance,
            DflockdClient client,
            ConsoleProperties properties,
            ConfigurableListableBeanFactory beans,
            ObjectProvider<EmbeddedDflockdServer> embedded) {
        this.instance = instance;
        this.client = client;
        this.properties = properties;
        this.beans = beans;
        this.embedded = embedded;
    }

    InstanceState now() {
        ClientSnapshot snapshot = client.snapshot();
        return new InstanceState(
                instance.id(),
                instance.port(),
                properties.kill(),
                hasServer(),
                snapshot.held().stream()
                        .map(held -> new InstanceState.Held(
                                name(held.kind()), held.key(), held.age().toMillis()))
                        .toList(),
                snapshot.waiting().stream()
                        .map(waiting -> new InstanceState.Waiting(
                                name(waiting.kind()),
                                waiting.key(),
                                waiting.waited().toMillis()))
                        .toList());
    }

    static String name(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Without making one: the bean is lazy. */
    private boolean hasServer() {
        for (String name : beans.getBeanNamesForType(EmbeddedDflockdServer.class, true, false)) {
            if (beans.containsSingleton(name)) {
                return embedded.getObject().isRunning();
            }
        }
        return false;
    }
}
