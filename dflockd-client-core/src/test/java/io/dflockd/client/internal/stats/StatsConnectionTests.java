package io.dflockd.client.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAbilities;
import io.dflockd.client.ServerAbilities.Fences;
import io.dflockd.client.ServerAbilities.Generation;
import io.dflockd.client.ServerStats;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.net.TestDialer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stats with a timeout of 5 s, parsed on a thread that runs when the test says so. */
class StatsConnectionTests {

    private static final Duration TICK = Duration.ofMillis(10);

    /** Shows that the server has signals, which none has that is asked for more. */
    private static final String ANSWER = "ok {\"signal_channels\": null}";

    private final TestLoop loop = new TestLoop();

    private final TestDialer dialer = new TestDialer(loop);

    private final Deque<Runnable> parses = new ArrayDeque<>();

    private Executor workers = parses::add;

    private final ServerConnections connections = new ServerConnections(ServerEnd.ADDRESS, dialer, loop.loop(), 1, 0);

    private final StatsConnection stats =
            new StatsConnection(connections, task -> workers.execute(task), 100_000, TimeUnit.SECONDS.toNanos(5));

    private void parse() {
        parses.remove().run();
        loop.settle();
    }

    private static void assertFailed(CompletableFuture<ServerStats> asked, Class<? extends Throwable> type) {
        assertThat(asked).isDone();
        assertThatThrownBy(asked::join).cause().isExactlyInstanceOf(type);
    }

    @Test
    void answerIsParsedOffTheLoop() {
        CompletableFuture<ServerStats> asked = stats.ask();
        ServerEnd server = dialer.connect();
        assertThat(server.request()).isEqualTo("stats _ _");
        server.answer("ok {\"signal_channels\": [], \"connections\": 3}");
        assertThat(asked).isNotDone();
        parse();
        assertThat(asked.join().connections()).isEqualTo(3);
    }

    @Test
    void requestsAtTheSameTimeShareOneAndEachHasItsOwnFuture() {
        CompletableFuture<ServerStats> first = stats.ask();
        CompletableFuture<ServerStats> second = stats.ask();
        ServerEnd server = dialer.connect();
        assertThat(server.requests()).hasSize(1);
        first.cancel(true);
        server.answer(ANSWER);
        CompletableFuture<ServerStats> third = stats.ask();
        assertThat(server.requests()).as("while it is parsed").isEmpty();
        parse();
        assertThat(second).isCompleted();
        assertThat(third).isCompleted();
        stats.ask();
        assertThat(server.requests()).as("afterwards").hasSize(1);
    }

    @Test
    void longAnswerIsTaken() {
        CompletableFuture<ServerStats> asked = stats.ask();
        dialer.connect().answer("ok {\"signal_channels\": [], \"unknown\": \"" + "x".repeat(90_000) + "\"}");
        parse();
        assertThat(asked).isCompleted();
    }

    @Test
    void answerThatIsTooLongFailsIt() {
        CompletableFuture<ServerStats> asked = stats.ask();
        dialer.connect().answer("ok {\"unknown\": \"" + "x".repeat(100_000) + "\"}");
        assertFailed(asked, DflockdProtocolException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "error_auth, io.dflockd.client.DflockdAuthenticationException",
        "error_draining, io.dflockd.client.ConnectionClosedException",
        "timeout, io.dflockd.client.DflockdProtocolException",
        "nonsense, io.dflockd.client.DflockdProtocolException"
    })
    void refusalFailsIt(String answer, Class<? extends DflockdException> type) {
        CompletableFuture<ServerStats> asked = stats.ask();
        dialer.connect().answer(answer);
        assertFailed(asked, type);
    }

    @Test
    void plainErrorIsNotInTheProtocol() {
        CompletableFuture<ServerStats> asked = stats.ask();
        dialer.connect().answer("error", "error");
        assertFailed(asked, DflockdProtocolException.class);
    }

    @Test
    void connectionThatFailsOrEndsFailsIt() {
        CompletableFuture<ServerStats> refused = stats.ask();
        dialer.refuse();
        assertFailed(refused, ServerUnreachableException.class);
        loop.advance(Duration.ofSeconds(1));
        CompletableFuture<ServerStats> ended = stats.ask();
        dialer.connect().close();
        assertFailed(ended, ConnectionClosedException.class);
    }

    // --- what the server is

    @ParameterizedTest
    @CsvSource({"ok, V2, IN_TOKEN", "error, V1_10, NONE", "pong, UNKNOWN, NONE", "ok and more, V2, IN_TOKEN"})
    void serverWhoseStatsDoNotShowItIsAskedByPing(String answer, Generation generation, Fences fences) {
        CompletableFuture<ServerStats> asked = stats.ask();
        ServerEnd server = dialer.connect();
        assertThat(server.request()).isEqualTo("stats _ _");
        server.answer("ok {\"connections\": 3}");
        parse();
        assertThat(asked).isNotDone();
        assertThat(server.request()).isEqualTo("ping _ _");
        server.answer(answer);
        // A plain error is an answer only if the server goes on.
        server.answerKeepAlives();
        assertThat(asked.join().connections()).isEqualTo(3);
        assertThat(asked.join().abilities()).isEqualTo(new ServerAbilities(generation, false, fences));
    }

    @Test
    void pingIsSentOnceOnEachConnectionSoThatAnUpgradeShows() {
        ServerEnd before = askedAndPinged("error");
        before.answerKeepAlives();
        CompletableFuture<ServerStats> again = stats.ask();
        assertThat(before.request()).isEqualTo("stats _ _");
        before.answer("ok {}");
        parse();
        assertThat(again.join().abilities().generation()).isEqualTo(Generation.V1_10);
        before.close();
        ServerEnd after = askedAndPinged("ok");
        CompletableFuture<ServerStats> upgraded = stats.ask();
        after.answer("ok {}");
        parse();
        assertThat(upgraded.join().abilities().generation()).isEqualTo(Generation.V2);
    }

    private ServerEnd askedAndPinged(String answer) {
        stats.ask();
        ServerEnd server = dialer.connect();
        server.answer("ok {}");
        parse();
        assertThat(server.requests()).containsExactly("stats _ _", "ping _ _");
        server.answer(answer);
        return server;
    }

    @Test
    void pingWithoutAnAnswerCostsNothingButTheAbilities() {
        CompletableFuture<ServerStats> silent = stats.ask();
        ServerEnd server = dialer.connect();
        server.answer("ok {\"connections\": 3}");
        parse();
        loop.advance(Duration.ofSeconds(5).plus(TICK));
        assertThat(silent.join().connections()).isEqualTo(3);
        assertThat(silent.join().abilities()).isEqualTo(ServerAbilities.UNKNOWN);
        server.close();
        CompletableFuture<ServerStats> ended = stats.ask();
        ServerEnd next = dialer.connect();
        next.answer("ok {\"connections\": 4}");
        parse();
        next.close();
        assertThat(ended.join().connections()).isEqualTo(4);
        assertThat(ended.join().abilities()).isEqualTo(ServerAbilities.UNKNOWN);
    }

    // --- within its time

    @Test
    void connectionThatIsNotReadyInTimeFailsItAndIsNotAsked() {
        CompletableFuture<ServerStats> asked = stats.ask();
        loop.advance(Duration.ofSeconds(5).minus(TICK));
        assertThat(asked).isNotDone();
        loop.advance(TICK.multipliedBy(2));
        assertFailed(asked, RequestTimeoutException.class);
        assertThat(dialer.connect().requests()).isEmpty();
    }

    @Test
    void serverThatDoesNotAnswerInTimeFailsIt() {
        CompletableFuture<ServerStats> asked = stats.ask();
        ServerEnd server = dialer.connect();
        loop.advance(Duration.ofSeconds(5).plus(TICK));
        assertFailed(asked, RequestTimeoutException.class);
        CompletableFuture<ServerStats> next = stats.ask();
        assertThat(server.requests()).hasSize(2);
        server.answer("ok {\"signal_channels\": [], \"connections\": 1}");
        parse();
        assertThat(next).as("by the answer to the request before").isNotDone();
        server.answer("ok {\"signal_channels\": [], \"connections\": 2}");
        parse();
        assertThat(next.join().connections()).isEqualTo(2);
    }

    @Test
    void parseIsPartOfTheTime() {
        CompletableFuture<ServerStats> asked = stats.ask();
        ServerEnd server = dialer.connect();
        server.answer(ANSWER);
        loop.advance(Duration.ofSeconds(5).plus(TICK));
        assertFailed(asked, RequestTimeoutException.class);
        CompletableFuture<ServerStats> next = stats.ask();
        parse();
        assertThat(next).as("by the parse of the request before").isNotDone();
        stats.ask();
        assertThat(server.requests()).as("requests of three").hasSize(2);
    }

    // --- failures of the parse

    @Test
    void answerThatIsNoJsonFailsIt() {
        CompletableFuture<ServerStats> asked = stats.ask();
        dialer.connect().answer("ok nonsense");
        parse();
        assertFailed(asked, DflockdProtocolException.class);
    }

    @Test
    void parseThatIsLostFailsItInTime() {
        workers = task -> {};
        CompletableFuture<ServerStats> asked = stats.ask();
        dialer.connect().answer(ANSWER);
        loop.advance(Duration.ofSeconds(5).plus(TICK));
        assertFailed(asked, RequestTimeoutException.class);
    }

    @Test
    void workersThatTakeNothingFailIt() {
        workers = task -> {
            throw new OutOfMemoryError("unable to create native thread (of the test)");
        };
        CompletableFuture<ServerStats> asked = stats.ask();
        dialer.connect().answer(ANSWER);
        assertFailed(asked, DflockdException.class);
        assertThatThrownBy(asked::join).hasRootCauseInstanceOf(OutOfMemoryError.class);
    }

    // --- the close

    @Test
    void closeFailsWhatIsUnderWay() {
        CompletableFuture<ServerStats> asked = stats.ask();
        stats.close();
        assertFailed(asked, ClientClosedException.class);
        stats.close();
    }

    @Test
    void closeDuringTheParseFailsIt() {
        CompletableFuture<ServerStats> asked = stats.ask();
        dialer.connect().answer(ANSWER);
        stats.close();
        assertFailed(asked, ClientClosedException.class);
        parse();
    }

    @Test
    void connectionThatIsNotUsedIsClosed() {
        stats.ask();
        ServerEnd server = dialer.connect();
        server.answer(ANSWER);
        loop.advance(Duration.ofSeconds(12).plus(TICK));
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void serverThatIsNotTheLeaderIsNamed() {
        CompletableFuture<ServerStats> asked = stats.ask();
        dialer.connect().answer("error_not_leader other:1");
        assertFailed(asked, DflockdConnectionException.class);
        assertThatThrownBy(asked::join).hasMessageContaining("other:1");
    }
}
