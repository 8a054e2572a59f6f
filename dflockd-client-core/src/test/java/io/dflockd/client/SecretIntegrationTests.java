package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** Neither auth tokens nor lock tokens stand in a text that somebody reads. */
@Timeout(60)
@Isolated("turns the log of all clients up")
class SecretIntegrationTests {

    private static final String SECRET = "s3cr3t-t0ken-of-the-test";

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private final List<String> texts = new CopyOnWriteArrayList<>();

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.dflockd.client");

    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            texts.add(event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                texts.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    };

    @BeforeEach
    void listen() {
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    private interface Attempt {
        Object run() throws Exception;
    }

    private void failing(Attempt attempt) {
        try {
            texts.add(String.valueOf(attempt.run()));
        } catch (Exception ex) {
            StringWriter text = new StringWriter();
            ex.printStackTrace(new PrintWriter(text));
            texts.add(text.toString());
        }
    }

    @Test
    void authTokenStandsNowhere() throws Exception {
        TestServer right = servers.start(settings -> settings.authToken(SECRET));
        TestServer wrong = servers.start(settings -> settings.authToken("another"));
        TestServer none = servers.start();
        TestServer odd = servers.start();
        odd.faults().inject(Fault.answer("error_unknown_to_all"), FaultTarget.command("auth"));
        TestServer cutting = servers.start();
        cutting.faults().inject(Fault.cut(), FaultTarget.command("auth"));
        Events events = new Events();
        for (TestServer server : List.of(right, wrong, none, odd, cutting)) {
            DflockdClientBuilder builder = DflockdClient.builder()
                    .servers(server.address())
                    .authToken(SECRET)
                    .listener(events)
                    .acquireTimeout(Duration.ofMillis(300));
            texts.add(builder.toString());
            try (DflockdClient client = builder.build()) {
                failing(client::toString);
                failing(() -> client.lock("k").toString());
                failing(() -> client.lock("k").acquire());
                failing(() -> client.lock("k").tryAcquire());
                failing(() -> client.lock("k").enqueue());
                failing(client::stats);
                failing(() -> {
                    client.connect();
                    return "connected";
                });
                failing(client::snapshot);
            }
        }
        failing(() -> DflockdClient.builder().authToken(SECRET + "\n"));
        texts.addAll(events.all());
        assertThat(texts).hasSizeGreaterThan(30).noneMatch(text -> text.contains(SECRET));
    }

    @Test
    void tokenOfALockStandsInNoTextOfAHandleAndInNoLog() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        List<String> tokens = new ArrayList<>();
        LockHandle handle = client.lock("k").acquire();
        tokens.add(handle.token());
        failing(handle::toString);
        failing(client::snapshot);
        handle.close();
        failing(handle::toString);
        failing(() -> {
            handle.ensureHeld();
            return "held";
        });
        LockHandle lost = client.lock("k").acquire();
        tokens.add(lost.token());
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        await().atMost(SOON).until(() -> events.count("lost") == 1);
        failing(lost::toString);
        failing(() -> {
            lost.ensureHeld();
            return "held";
        });
        QueuedAcquisition place = client.lock("k").enqueue();
        failing(place::toString);
        LockHandle granted = place.await(Duration.ofSeconds(5));
        tokens.add(granted.token());
        failing(place::toString);
        granted.close();
        client.close();
        texts.addAll(events.all());
        await().atMost(SOON).until(() -> texts.stream().anyMatch(text -> text.contains("was lost")));
        assertThat(tokens).hasSize(3).allSatisfy(token -> assertThat(texts).noneMatch(text -> text.contains(token)));
    }
}
