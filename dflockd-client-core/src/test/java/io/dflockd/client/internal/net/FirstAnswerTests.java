package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.internal.loop.TestLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirstAnswerTests {

    private final TestLoop loop = new TestLoop();

    private final TestDialer dialer = new TestDialer(loop);

    private final SharedConnection shared =
            new ServerConnections(ServerEnd.ADDRESS, dialer, loop.loop(), 1, 0).keptAlive(new TestOwner());

    private final CompletableFuture<Void> answered = shared.firstAnswer();

    @ParameterizedTest
    @ValueSource(strings = {"ok", "error"})
    void anAnswerIsEnough(String answer) {
        ServerEnd server = dialer.connect();
        assertThat(server.request()).isEqualTo("r _ _");
        assertThat(answered).isNotDone();
        server.answer(answer);
        // A plain error may also be a parting word; the answer to the probe shows that it was none.
        server.answer("error");
        assertThat(answered).isCompleted();
    }

    @ParameterizedTest
    @CsvSource({
        "error_auth, io.dflockd.client.DflockdAuthenticationException",
        "error_draining, io.dflockd.client.ConnectionClosedException",
        "error_not_leader x:1, io.dflockd.client.DflockdConnectionException",
        "HTTP/1.1 400 Bad Request, io.dflockd.client.DflockdProtocolException"
    })
    void refusalFailsIt(String answer, Class<? extends DflockdException> type) {
        dialer.connect().answer(answer);
        assertThatThrownBy(answered::join).cause().isExactlyInstanceOf(type);
    }

    @Test
    void serverThatClosesOrIsSilentOrCannotBeReachedFailsIt() {
        ServerEnd server = dialer.connect();
        server.answer("error");
        server.close();
        assertThatThrownBy(answered::join).hasCauseInstanceOf(ConnectionClosedException.class);

        loop.advance(Duration.ofSeconds(1));
        CompletableFuture<Void> second = shared.firstAnswer();
        dialer.connect();
        loop.advance(Duration.ofSeconds(16));
        assertThatThrownBy(second::join).hasCauseInstanceOf(RequestTimeoutException.class);

        loop.advance(Duration.ofSeconds(1));
        CompletableFuture<Void> third = shared.firstAnswer();
        dialer.refuse();
        assertThatThrownBy(third::join).hasCauseInstanceOf(ServerUnreachableException.class);
    }
}
