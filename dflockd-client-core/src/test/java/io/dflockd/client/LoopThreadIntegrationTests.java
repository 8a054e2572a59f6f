package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.client.testserver.Tls;
import java.security.KeyManagementException;
import java.security.Provider;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** The event loop serves all locks of a client, so nothing of others may hold it up. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LoopThreadIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    /** Every verb that blocks. */
    private enum BlockingVerb {
        ACQUIRE {
            @Override
            void call(DflockdClient client) throws Exception {
                client.lock("k").acquire();
            }
        },
        TRY_ACQUIRE {
            @Override
            void call(DflockdClient client) throws Exception {
                client.lock("k").tryAcquire();
            }
        },
        ENQUEUE {
            @Override
            void call(DflockdClient client) throws Exception {
                client.lock("k").enqueue();
            }
        },
        SNAPSHOT {
            @Override
            void call(DflockdClient client) {
                client.snapshot();
            }
        },
        STATS {
            @Override
            void call(DflockdClient client) throws Exception {
                client.stats();
            }
        },
        CONNECT {
            @Override
            void call(DflockdClient client) throws Exception {
                client.connect();
            }
        },
        EMIT {
            @Override
            void call(DflockdClient client) throws Exception {
                client.signals().emit("c", "x");
            }
        },
        CLOSE {
            @Override
            void call(DflockdClient client) {
                client.close();
            }
        };

        abstract void call(DflockdClient client) throws Exception;
    }

    /** An SSL context of the user's is code of the user's that makes engines when the client asks for them. */
    @ParameterizedTest
    @EnumSource(BlockingVerb.class)
    void verbThatBlocksIsRefusedOnTheLoop(BlockingVerb verb) throws Exception {
        Tls tls = Tls.forLoopback();
        TestServer server = servers.start(settings -> settings.tls(tls));
        CompletableFuture<DflockdClient> client = new CompletableFuture<>();
        CompletableFuture<String> outcome = new CompletableFuture<>();
        SSLContext context = new CallingContext(tls.client(), () -> {
            if (!Thread.currentThread().getName().startsWith("dflockd-loop")) {
                outcome.complete("not on the loop");
                return;
            }
            try {
                verb.call(client.join());
                outcome.complete("returned");
            } catch (IllegalStateException ex) {
                outcome.complete("refused");
            } catch (Throwable ex) {
                outcome.completeExceptionally(ex);
            }
        });
        client.complete(servers.client(settings -> settings.servers(server.address())
                .requestTimeout(Duration.ofSeconds(1))
                .sslContext(context)));
        client.join().lock("first").acquireAsync();
        assertThat(outcome.get(5, TimeUnit.SECONDS))
                .isIn("not on the loop", "refused", verb == BlockingVerb.CLOSE ? "returned" : "refused");
    }

    @Test
    void appenderThatBlocksStallsNobody() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        String key = servers.key();
        CountDownLatch go = new CountDownLatch(1);
        List<String> blocked = new CopyOnWriteArrayList<>();
        Logger logger = (Logger) LoggerFactory.getLogger("io.dflockd.client");
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {

            private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);

            /** The one of the base class holds a lock that other tests need. */
            @Override
            public void doAppend(ILoggingEvent event) {
                append(event);
            }

            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().contains(key) && !inside.get()) {
                    blocked.add(event.getThreadName());
                    inside.set(true);
                    try {
                        go.await(15, TimeUnit.SECONDS);
                    } catch (InterruptedException ex) {
                        Thread.currentThread().interrupt();
                    } finally {
                        inside.set(false);
                    }
                }
            }
        };
        appender.start();
        logger.addAppender(appender);
        try {
            LockHandle lost = client.lock(key).acquire();
            server.faults().expireNow(key);
            assertThat(lost.renewAsync().get(20, TimeUnit.SECONDS)).isFalse();
            await().atMost(SOON).until(() -> !blocked.isEmpty());
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> {
                try {
                    return client.lock("other").acquire().release();
                } catch (InterruptedException ex) {
                    throw new IllegalStateException(ex);
                }
            });
            assertThat(other.get(5, TimeUnit.SECONDS)).isTrue();
        } finally {
            go.countDown();
            logger.detachAppender(appender);
        }
    }

    /** Does something before it makes an engine. */
    private static final class CallingContext extends SSLContext {

        CallingContext(SSLContext context, Runnable before) {
            super(new CallingSpi(context, before), new EmptyProvider(), "TLS");
        }
    }

    private static final class EmptyProvider extends Provider {

        private static final long serialVersionUID = 1L;

        EmptyProvider() {
            super("test", "1", "of a test");
        }
    }

    private static final class CallingSpi extends SSLContextSpi {

        private final SSLContext context;

        private final Runnable before;

        CallingSpi(SSLContext context, Runnable before) {
            this.context = context;
            this.before = before;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("is initialized");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return context.getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return context.getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            before.run();
            return context.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            before.run();
            return context.createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }
    }
}
