package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.slf4j.LoggerFactory;

/** The event loop serves all locks of a client, so nothing of others may hold it up. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LoopThreadIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    /** Something of each kind that has methods that block. */
    private record Scene(
            DflockdClient client,
            LockHandle handle,
            QueuedAcquisition place,
            SignalSubscription subscription,
            SignalStream stream,
            LeaderElection election) {

        static Scene of(DflockdClient client) throws InterruptedException {
            LockHandle handle = client.lock("k").acquire();
            return new Scene(
                    client,
                    handle,
                    client.lock("k").enqueue(),
                    client.signals().subscribe("c", signal -> {}),
                    client.signals().stream("c"),
                    client.leaderElection("role").start());
        }
    }

    private interface Verb {

        void call(Scene scene) throws Exception;
    }

    /** Every verb that blocks, by its name; the close comes last. */
    private static final Map<String, Verb> BLOCKING = new LinkedHashMap<>();

    static {
        BLOCKING.put("acquire", scene -> scene.client().lock("x").acquire());
        BLOCKING.put("tryAcquire", scene -> scene.client().lock("x").tryAcquire());
        BLOCKING.put("tryAcquire(Duration)", scene -> scene.client().lock("x").tryAcquire(SOON));
        BLOCKING.put(
                "acquire of a slot", scene -> scene.client().semaphore("s", 2).acquire());
        BLOCKING.put("enqueue", scene -> scene.client().lock("x").enqueue());
        BLOCKING.put("await", scene -> scene.place().await(SOON));
        BLOCKING.put("tryAwait", scene -> scene.place().tryAwait(SOON));
        BLOCKING.put("lock", scene -> scene.client().lock("x").asReentrantLock().lock());
        BLOCKING.put(
                "tryLock", scene -> scene.client().lock("x").asReentrantLock().tryLock());
        BLOCKING.put(
                "lockInterruptibly",
                scene -> scene.client().lock("x").asReentrantLock().lockInterruptibly());
        BLOCKING.put(
                "tryLock(long, TimeUnit)",
                scene -> scene.client().lock("x").asReentrantLock().tryLock(20, TimeUnit.SECONDS));
        BLOCKING.put(
                "tryLock(Duration, Duration)",
                scene -> scene.client().lock("x").asReentrantLock().tryLock(SOON, SOON));
        BLOCKING.put("awaitHeld", scene -> scene.handle().awaitHeld(SOON));
        BLOCKING.put("release", scene -> scene.handle().release());
        BLOCKING.put("close of a handle", scene -> scene.handle().close());
        BLOCKING.put("snapshot", scene -> scene.client().snapshot());
        BLOCKING.put("stats", scene -> scene.client().stats());
        BLOCKING.put("connect", scene -> scene.client().connect());
        BLOCKING.put("emit", scene -> scene.client().signals().emit("c", "x"));
        BLOCKING.put("close of a subscription", scene -> scene.subscription().close(SOON));
        BLOCKING.put("take", scene -> scene.stream().take());
        BLOCKING.put("poll", scene -> scene.stream().poll(SOON));
        BLOCKING.put("hasNext", scene -> scene.stream().iterator().hasNext());
        BLOCKING.put("next", scene -> scene.stream().iterator().next());
        BLOCKING.put("await of a leadership", scene -> scene.election().await(SOON));
        BLOCKING.put("close of an election", scene -> scene.election().close());
        BLOCKING.put("close(Duration)", scene -> scene.client().close(SOON));
        BLOCKING.put("close", scene -> scene.client().close());
    }

    private static String outcome(Verb verb, Scene scene) {
        try {
            verb.call(scene);
            return "returned";
        } catch (IllegalStateException ex) {
            return String.valueOf(ex.getMessage()).contains("event loop") ? "refused" : ex.toString();
        } catch (Throwable ex) {
            return ex.toString();
        }
    }

    @Test
    void verbsThatBlockAreRefusedOnTheLoop() throws Exception {
        servers.start();
        AtomicReference<Runnable> onTheLoop = new AtomicReference<>(() -> {});
        // Its clock is the only code of a test that the loop runs.
        LongSupplier clock = () -> {
            if (Thread.currentThread().getName().startsWith("dflockd-loop")) {
                onTheLoop.getAndSet(() -> {}).run();
            }
            return System.nanoTime();
        };
        DflockdClient client = servers.client(
                settings -> settings.requestTimeout(Duration.ofSeconds(1)).ticker(clock));
        Scene scene = Scene.of(client);
        CompletableFuture<String> thread = new CompletableFuture<>();
        Map<String, String> outcomes = new ConcurrentHashMap<>();
        onTheLoop.set(() -> {
            BLOCKING.forEach((name, verb) -> {
                outcomes.put(name, "hangs");
                outcomes.put(name, outcome(verb, scene));
            });
            thread.complete(Thread.currentThread().getName());
        });
        client.statsAsync(client.servers().get(0));
        assertThat(thread)
                .as(() -> "with " + outcomes)
                .succeedsWithin(Duration.ofSeconds(20))
                .asString()
                .startsWith("dflockd-loop");
        assertThat(outcomes)
                .containsOnlyKeys(BLOCKING.keySet())
                .allSatisfy((name, outcome) -> assertThat(outcome).as(name).isEqualTo("refused"));
    }

    /** What fails on the loop is thrown with the frames of the caller, so that a log shows which call it was. */
    @Test
    void exceptionsOfVerbsThatBlockShowTheirCaller() throws Exception {
        TestServer server = servers.start(settings -> settings.maxLocks(1));
        DflockdClient client = servers.client(server);
        DflockdClient away = servers.client(settings -> settings.servers("127.0.0.1:1"));
        Duration shortly = Duration.ofMillis(100);
        Map<String, ThrowingCallable> verbs = new LinkedHashMap<>();
        verbs.put(
                "acquire, busy",
                () -> client.lock("k").withAcquireTimeout(shortly).acquire());
        verbs.put(
                "acquire, busy for whole seconds",
                () -> client.lock("k").withAcquireTimeout(Duration.ofSeconds(1)).acquire());
        verbs.put(
                "acquire, a try",
                () -> client.lock("k").withAcquireTimeout(Duration.ZERO).acquire());
        verbs.put("acquire, refused", () -> client.lock("other").acquire());
        verbs.put(
                "acquire, unreachable",
                () -> away.lock("k").withAcquireTimeout(shortly).acquire());
        verbs.put("tryAcquire, unreachable", () -> away.lock("k").tryAcquire());
        verbs.put("lock, refused", () -> client.reentrantLock("other").lock());
        verbs.put("enqueue, refused", () -> client.lock("other").enqueue());
        verbs.put("await, busy", () -> client.lock("k").enqueue().await(shortly));
        verbs.put("connect", away::connect);
        verbs.put("stats", away::stats);
        verbs.put("emit", () -> away.signals().emit("a", "b"));
        try (LockHandle held = client.lock("k").acquire()) {
            assertThat(held.isHeld()).isTrue();
            assertThat(verbs).allSatisfy((verb, call) -> {
                Throwable thrown = catchThrowable(call);
                assertThat(thrown).as(verb).isInstanceOf(DflockdException.class);
                assertThat(thrown.getStackTrace())
                        .as(verb)
                        .anyMatch(
                                frame -> frame.getClassName().equals(getClass().getName()));
            });
        }
    }

    @Test
    void sslContextThatBlocksStallsNobody() throws Exception {
        Tls tls = Tls.forLoopback();
        servers.start(settings -> settings.tls(tls));
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean blocks = new AtomicBoolean();
        CompletableFuture<String> blocked = new CompletableFuture<>();
        SSLContext context = new CallingContext(tls.client(), () -> {
            if (blocks.get()) {
                blocked.complete(Thread.currentThread().getName());
                try {
                    go.await(15, TimeUnit.SECONDS);
                } catch (InterruptedException ex) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        DflockdClient client = servers.client(settings -> settings.sslContext(context));
        LockHandle handle = client.lock("k").acquire();
        blocks.set(true);
        // It needs a connection of its own, and so another engine.
        CompletableFuture<ServerStats> stats =
                client.statsAsync(client.servers().get(0));
        try {
            assertThat(blocked).succeedsWithin(SOON).asString().startsWith("dflockd-lookup");
            assertThat(handle.releaseAsync())
                    .succeedsWithin(Duration.ofSeconds(5))
                    .isEqualTo(true);
        } finally {
            go.countDown();
        }
        assertThat(stats).succeedsWithin(SOON);
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
            assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
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
