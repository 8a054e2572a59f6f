package io.dflockd.client.internal.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.net.TestDialer;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The locks of a client on a clock of the test's; the test is the only server. */
final class LockKit {

    /** By which a timer may be late. */
    static final Duration TICK = Duration.ofMillis(10);

    final TestLoop loop = new TestLoop();

    final TestDialer dialer = new TestDialer(loop);

    final ClientSettings settings = new ClientSettings();

    final ServerConnections connections;

    final Locks locks;

    final LockRegister register;

    final ServerLocks server;

    /** Requests for the limit of a semaphore. */
    final List<Consumer<@Nullable Integer>> limitLookups = new ArrayList<>();

    LockKit() {
        settings.servers = List.of(ServerEnd.ADDRESS);
        connections = new ServerConnections(
                ServerEnd.ADDRESS,
                dialer,
                loop.loop(),
                settings.maxWaitConnections,
                settings.waitConnectionIdle.toNanos());
        locks = new Locks(loop.loop(), settings, List.of(connections), (at, key, found) -> limitLookups.add(found));
        register = locks.register();
        server = locks.serverOf("k");
    }

    LockSpec spec() {
        return LockSpec.defaults(settings).withTarget(Target.lock("k"));
    }

    LockSpec semaphoreSpec() {
        return LockSpec.defaults(settings).withTarget(Target.semaphore("k", 3));
    }

    /** Opens the session connection. */
    ServerEnd session() {
        return dialer.open(server.session());
    }

    /** Acquires what is free, on an open session. */
    LockHandle acquire(ServerEnd session, LockSpec spec, String grant) {
        Caller<LockHandle> caller = Caller.async(handle -> handle, () -> null, loop.loop());
        new Acquisition(register, server, spec, caller, 0).start();
        assertThat(session.request()).startsWith(spec.target().semaphore() ? "sl k 0 3" : "l k 0");
        session.answer(grant);
        return caller.future().join();
    }

    /** The server answers something on a connection, so that it is known to be alive. */
    static void keepAlive(ServerEnd server) {
        server.connection().send(Requests.keepAlive(), new Exchange() {
            @Override
            protected boolean toleratesError() {
                return true;
            }

            @Override
            protected void answered(Reply reply) {}

            @Override
            protected void failed(DflockdException cause) {}
        });
        while (server.requests().contains("r _ _")) {
            server.answer("error");
        }
    }

    /** Time passes on a connection whose server answers keep-alives and nothing else. */
    void advanceAlive(ServerEnd server, Duration by) {
        Duration end = loop.elapsed().plus(by);
        while (loop.elapsed().compareTo(end) < 0) {
            Duration left = end.minus(loop.elapsed());
            loop.advance(left.compareTo(Duration.ofSeconds(1)) < 0 ? left : Duration.ofSeconds(1));
            server.answerKeepAlives();
        }
    }

    /** Closes the client: it refuses requests, and what waits fails. */
    CompletableFuture<Void> closeAndDrain() {
        loop.close();
        CompletableFuture<Void> drained = register.drain();
        loop.settle();
        return drained;
    }

    /** A caller of whom the outcome can be told. */
    Caller<Optional<LockHandle>> asyncCaller() {
        return Caller.async(Optional::of, Optional::empty, loop.loop());
    }

    /** {@code open}, {@code granted}, {@code busy}, {@code cancelled}, or the simple name of an exception. */
    static String outcome(Caller<Optional<LockHandle>> caller) {
        CompletableFuture<Optional<LockHandle>> future = caller.future();
        if (!future.isDone()) {
            return "open";
        }
        if (future.isCancelled()) {
            return "cancelled";
        }
        return future.handle((handle, failure) ->
                        failure != null ? failure.getClass().getSimpleName() : handle.isPresent() ? "granted" : "busy")
                .join();
    }

    /** Each event of a story like {@code start, says ok t1 33} happens: its first word with the others. */
    void tell(String events, BiConsumer<String, String> happens) {
        for (String event : events.split(", *")) {
            String[] words = event.strip().split(" ", 2);
            happens.accept(words[0], words.length > 1 ? words[1] : "");
            loop.settle();
        }
    }

    static Throwable failure(Caller<?> caller) {
        return caller.future().handle((value, failure) -> failure).join();
    }

    static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }
}
