package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client and {@link DflockdClient#withoutLocking()} have in common, so that a unit test shows what an application meets. */
@Timeout(60)
@ServerWithSignals
class BothClientsIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private enum Kind {
        WITH_SERVER,
        WITHOUT_LOCKING
    }

    private DflockdClient client(Kind kind) {
        if (kind == Kind.WITHOUT_LOCKING) {
            return DflockdClient.withoutLocking();
        }
        servers.start();
        return servers.client();
    }

    // --- arguments that are null

    @ParameterizedTest
    @EnumSource
    void nullIsRefusedBeforeAnythingIsDone(Kind kind) throws Exception {
        try (DflockdClient client = client(kind);
                LockHandle handle = client.lock("k").acquire()) {
            Signals signals = client.signals();
            SubscriptionOptions options = SubscriptionOptions.defaults();
            Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
            calls.put("drain", () -> client.close(null));
            calls.put("timeout", () -> client.lock("k").tryAcquire((Duration) null));
            calls.put("mode", () -> client.lock("k").withRelease(null));
            calls.put("domain", () -> client.lock("k").asReentrantLock(null));
            calls.put("listener", () -> handle.onLost(null));
            calls.put("handler", () -> signals.subscribe("a", null));
            calls.put("options", () -> signals.subscribe("a", (SubscriptionOptions) null, signal -> {}));
            calls.put("options ", () -> signals.stream("a", null));
            calls.put("options  ", () -> signals.publisher("a", null));
            calls.put("overflow", () -> options.withBuffer(1, null));
            calls.forEach((name, call) ->
                    assertThatNullPointerException().isThrownBy(call).withMessage(name.trim() + " must not be null"));
            assertThat(client.isClosed()).isFalse();
            assertThat(handle.isHeld()).isTrue();
            assertThat(client.snapshot().subscriptions()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void drainTimeThatIsNullLeavesASubscriptionOpen(Kind kind) {
        try (DflockdClient client = client(kind);
                SignalSubscription subscription = client.signals().subscribe("a", signal -> {})) {
            assertThatNullPointerException().isThrownBy(() -> subscription.close((Duration) null));
            assertThatNullPointerException().isThrownBy(() -> subscription.closeAsync(null));
            assertThat(subscription.isClosed()).isFalse();
        }
    }

    // --- interrupts

    private interface Verb {

        void call(DflockdClient client) throws Exception;
    }

    static Stream<Named<Verb>> verbsThatBlock() {
        return Stream.of(
                Named.of("acquire", client -> client.lock("k").acquire()),
                Named.of("acquire of a slot", client -> client.semaphore("s", 2).acquire()),
                Named.of("tryAcquire", client -> client.lock("k").tryAcquire()),
                Named.of("tryAcquire with a timeout", client -> client.lock("k").tryAcquire(SOON)),
                Named.of("enqueue", client -> client.lock("k").enqueue()),
                Named.of(
                        "lockInterruptibly", client -> client.reentrantLock("k").lockInterruptibly()),
                Named.of("tryLock", client -> client.reentrantLock("k").tryLock(SOON, SOON)),
                Named.of("emit", client -> client.signals().emit("a", "x")),
                Named.of("stats", DflockdClient::stats),
                Named.of("connect", DflockdClient::connect));
    }

    static Stream<Arguments> verbsOfBoth() {
        return verbsThatBlock().flatMap(verb -> Stream.of(Kind.values()).map(kind -> Arguments.of(verb, kind)));
    }

    @ParameterizedTest
    @MethodSource("verbsOfBoth")
    void verbOfAnInterruptedThreadIsRefused(Verb verb, Kind kind) {
        DflockdClient client = client(kind);
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> verb.call(client));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        } finally {
            Thread.interrupted();
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void awaitOfAnInterruptedThreadIsRefused(Kind kind) throws Exception {
        try (DflockdClient client = client(kind);
                QueuedAcquisition place = client.lock("k").enqueue()) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> place.await(SOON));
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> place.tryAwait(SOON));
            assertThat(place.awaitAsync(SOON)).succeedsWithin(SOON);
        } finally {
            Thread.interrupted();
        }
    }

    /** They do not wait, so an interrupt is not their business. */
    @ParameterizedTest
    @EnumSource
    void otherVerbsOfAnInterruptedThreadGoOn(Kind kind) throws Exception {
        DflockdClient client = client(kind);
        client.connect();
        Thread.currentThread().interrupt();
        CompletableFuture<LockHandle> acquired = client.lock("k").acquireAsync();
        ReentrantDistributedLock lock = client.reentrantLock("l");
        lock.lock();
        lock.unlock();
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(acquired).succeedsWithin(SOON).matches(LockHandle::release);
        client.close();
    }

    // --- arguments that break a rule

    /** An asynchronous form throws them, as it does not fail later by what is known now. */
    @ParameterizedTest
    @EnumSource
    void argumentsAreCheckedAtOnce(Kind kind) throws Exception {
        Duration tooLong = Duration.ofSeconds(Long.MAX_VALUE);
        Duration negative = Duration.ofSeconds(-1);
        try (DflockdClient client = client(kind);
                LockHandle handle = client.lock("held").acquire();
                QueuedAcquisition place = client.lock("k").enqueue()) {
            List<ThrowingCallable> calls = List.of(
                    () -> client.statsAsync(new ServerAddress("nowhere", 1)),
                    () -> client.lock("k").tryAcquire(tooLong),
                    () -> client.lock("k").tryAcquireAsync(tooLong),
                    () -> client.lock("k").withRenewRatio(1),
                    () -> client.signals().emitAsync("a.*", "x"),
                    () -> client.signals().emitAsync("a", ""),
                    () -> client.signals().publisher("a*", SubscriptionOptions.defaults()),
                    () -> handle.renewAsync(Duration.ZERO),
                    () -> handle.limitHold(negative, null),
                    () -> place.await(negative),
                    () -> place.awaitAsync(tooLong));
            assertThat(calls)
                    .allSatisfy(call -> assertThatExceptionOfType(InvalidArgumentException.class)
                            .isThrownBy(call));
        }
    }

    // --- places

    @ParameterizedTest
    @EnumSource
    void placeIsHandedOutOnce(Kind kind) throws Exception {
        try (DflockdClient client = client(kind);
                QueuedAcquisition place = client.lock("k").enqueue();
                LockHandle handle = place.await(SOON)) {
            assertThat(handle.isHeld()).isTrue();
            assertThat(place.state()).isEqualTo(QueuedAcquisition.State.HANDED_OUT);
            assertThatExceptionOfType(DflockdException.class)
                    .isThrownBy(() -> place.await(SOON))
                    .withMessage("the place in the queue of lock 'k' was handed out already; use the handle it gave");
        }
    }

    @ParameterizedTest
    @EnumSource
    void placeThatWasClosedCannotBeAwaited(Kind kind) throws Exception {
        try (DflockdClient client = client(kind)) {
            QueuedAcquisition place = client.lock("k").enqueue();
            place.close();
            await().atMost(SOON).until(() -> place.state() == QueuedAcquisition.State.ENDED);
            assertThatExceptionOfType(ClientClosedException.class)
                    .isThrownBy(() -> place.await(SOON))
                    .withMessageContaining("was closed by its owner");
        }
    }

    // --- after the close

    @ParameterizedTest
    @EnumSource
    void everythingIsOverAfterTheClose(Kind kind) throws Exception {
        DflockdClient client = client(kind);
        DistributedLock lock = client.lock("k");
        LockHandle handle = lock.acquire();
        QueuedAcquisition place = client.lock("other").enqueue();
        CompletableFuture<LossReason> toldBefore = new CompletableFuture<>();
        handle.onLost((lost, reason) -> toldBefore.complete(reason));
        LeaderElection election = client.leaderElection("r").start();
        assertThat(election.await(SOON)).isTrue();
        client.close();
        assertThat(client.isClosed()).isTrue();
        CompletableFuture<LossReason> toldAfter = new CompletableFuture<>();
        handle.onLost((lost, reason) -> toldAfter.complete(reason));
        assertThat(toldBefore).succeedsWithin(SOON).isEqualTo(LossReason.CLIENT_CLOSED);
        assertThat(toldAfter).succeedsWithin(SOON).isEqualTo(LossReason.CLIENT_CLOSED);
        assertThat(handle.lossReason()).contains(LossReason.CLIENT_CLOSED);
        assertThat(handle.state()).isEqualTo(LockHandle.State.LOST);
        assertThat(handle.remainingLease()).isZero();
        assertThat(handle.awaitHeld(SOON)).isFalse();
        assertThat(handle.renewAsync()).succeedsWithin(SOON).isEqualTo(false);
        assertThat(handle.release()).isFalse();
        assertThatExceptionOfType(LockLostException.class).isThrownBy(handle::ensureHeld);
        assertThat(place.state()).isEqualTo(QueuedAcquisition.State.ENDED);
        assertThat(election.state()).isEqualTo(LeaderElection.State.CLOSED);
        List<ThrowingCallable> calls = List.of(
                lock::acquire,
                lock::tryAcquire,
                lock::enqueue,
                () -> lock.asReentrantLock().lock(),
                () -> place.await(Duration.ZERO),
                client::connect,
                client::stats,
                () -> client.signals().emit("a", "x"),
                () -> client.signals().subscribe("a", signal -> {}),
                () -> client.signals().stream("a"),
                () -> client.leaderElection("r").start());
        assertThat(calls)
                .allSatisfy(call -> assertThatExceptionOfType(ClientClosedException.class)
                        .isThrownBy(call)
                        .withMessageContaining("the dflockd client is closed"));
        List<CompletableFuture<?>> futures = List.of(
                lock.acquireAsync(),
                lock.tryAcquireAsync(),
                lock.enqueueAsync(),
                place.awaitAsync(Duration.ZERO),
                client.statsAsync(client.servers().get(0)),
                client.signals().emitAsync("a", "x"));
        assertThat(futures)
                .allSatisfy(future -> assertThat(future)
                        .failsWithin(SOON)
                        .withThrowableThat()
                        .withCauseInstanceOf(ClientClosedException.class));
    }

    /** A stream of a closed client has failed; one whose client is closed later is complete. */
    @ParameterizedTest
    @EnumSource
    void publisherOfAClosedClientFails(Kind kind) {
        DflockdClient client = client(kind);
        Flow.Publisher<Signal> publisher = client.signals().publisher("a", SubscriptionOptions.defaults());
        CompletableFuture<Void> before = endOf(publisher);
        client.close();
        assertThat(before).succeedsWithin(SOON);
        assertThat(endOf(publisher))
                .failsWithin(SOON)
                .withThrowableThat()
                .withCauseInstanceOf(ClientClosedException.class);
    }

    private static CompletableFuture<Void> endOf(Flow.Publisher<Signal> publisher) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        publisher.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {}

            @Override
            public void onNext(Signal signal) {}

            @Override
            public void onError(Throwable failure) {
                end.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                end.complete(null);
            }
        });
        return end;
    }

    // --- class loaders

    /** As after the redeployment of an application. */
    @ParameterizedTest
    @EnumSource
    void classLoaderOfAClosedClientIsGarbage(Kind kind) throws Exception {
        WeakReference<ClassLoader> loader =
                useInAChildLoader(kind == Kind.WITH_SERVER ? servers.start().address() : "");
        await().atMost(SOON).until(() -> {
            System.gc();
            return loader.get() == null;
        });
    }

    private static WeakReference<ClassLoader> useInAChildLoader(String address) throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<URL> urls = new ArrayList<>();
        for (String path : classPath.split(File.pathSeparator)) {
            urls.add(new File(path).toURI().toURL());
        }
        // Not closed: threads of the client that end after its close may still load a class.
        ClassLoader child = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        FutureTask<Void> use = new FutureTask<>(() -> {
            child.loadClass(ClientUse.class.getName())
                    .getMethod("run", String.class)
                    .invoke(null, address);
            return null;
        });
        // The threads of JUnit start others when they wait, and those would keep the class loader.
        Thread user = new Thread(use, "user of a class loader");
        user.setContextClassLoader(child);
        user.start();
        use.get(60, TimeUnit.SECONDS);
        return new WeakReference<>(child);
    }
}
