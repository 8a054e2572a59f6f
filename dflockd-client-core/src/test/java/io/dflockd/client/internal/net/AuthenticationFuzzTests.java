package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdException;
import io.dflockd.client.Fuzz;
import io.dflockd.client.internal.loop.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Anything as the answer to the auth token: it is accepted, or refused with an exception of the client, once and in time. */
class AuthenticationFuzzTests {

    private static final int ROUNDS = 10_000;

    /** The time after which a connection without an answer is dead, and a tick. */
    private static final Duration LIMIT = Duration.ofMillis(15_010);

    private final TestLoop loop = new TestLoop();

    private void authenticates(RandomGenerator random) {
        ServerEnd server = new ServerEnd(loop, ServerEnd.ADDRESS, ServerEnd.LIVENESS, new TestOwner());
        List<Object> outcomes = new ArrayList<>();
        SocketDialer.authenticate(server.connection(), new byte[] {'t'}, () -> outcomes.add("accepted"), outcomes::add);
        assertThat(server.request()).isEqualTo("auth _ t");
        byte[] answer = answer(random);
        server.bytes(answer);
        if (server.isOpen() && random.nextBoolean()) {
            server.reset();
        } else {
            loop.advance(LIMIT);
        }
        assertThat(outcomes).hasSize(1);
        if (!outcomes.contains("accepted")) {
            assertThat(outcomes).first().isInstanceOf(DflockdException.class);
        }
        server.close();
        assertThat(outcomes).hasSize(1);
        assertThat(server.memory()).isZero();
    }

    private static byte[] answer(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> RandomAnswers.noise(random, 5000);
            case 1 -> RandomAnswers.bytes(RandomAnswers.odd(random) + "\n");
            case 2 -> RandomAnswers.damaged(RandomAnswers.bytes("ok\n"), random);
            default -> RandomAnswers.bytes(RandomAnswers.fitting("auth", random) + "\n");
        };
    }

    @Test
    void everyAnswerHasOneOutcome() {
        Fuzz.run(ROUNDS, this::authenticates);
    }
}
