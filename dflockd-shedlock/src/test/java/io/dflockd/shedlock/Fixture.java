package io.dflockd.shedlock;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdClientBuilder;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.EmbeddedDflockdServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Servers and clients that end with their test, and what the provider logs meanwhile. */
final class Fixture extends AppenderBase<ILoggingEvent> implements BeforeEachCallback, AfterEachCallback {

    static final Duration SOON = Duration.ofSeconds(20);

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    private final List<AutoCloseable> opened = new ArrayList<>();

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.dflockd.shedlock");

    @Override
    public void beforeEach(ExtensionContext context) {
        start();
        logger.addAppender(this);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        logger.detachAppender(this);
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }

    /** The warnings that name this lock: losses of the test before may still be told. */
    List<String> warningsAbout(String lock) {
        return events.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .filter(warning -> warning.contains("'" + lock + "'"))
                .toList();
    }

    EmbeddedDflockdServer server() throws IOException {
        return server(settings -> settings);
    }

    EmbeddedDflockdServer server(UnaryOperator<EmbeddedDflockdServerBuilder> settings) throws IOException {
        EmbeddedDflockdServer server =
                settings.apply(EmbeddedDflockdServer.builder()).start();
        opened.add(server);
        return server;
    }

    DflockdClient client(EmbeddedDflockdServer server) {
        return client(server, settings -> settings);
    }

    DflockdClient client(EmbeddedDflockdServer server, UnaryOperator<DflockdClientBuilder> settings) {
        DflockdClient client = settings.apply(DflockdClient.builder().servers(server.address()))
                .build();
        opened.add(client);
        return client;
    }

    DflockdLockProvider provider(EmbeddedDflockdServer server) {
        return DflockdLockProvider.builder(client(server)).build();
    }

    static LockConfiguration job(String name) {
        return job(name, Duration.ofMinutes(5), Duration.ZERO);
    }

    static LockConfiguration job(String name, Duration atMost, Duration atLeast) {
        return new LockConfiguration(ClockProvider.now(), name, atMost, atLeast);
    }
}
