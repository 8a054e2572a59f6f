package io.dflockd.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.Fuzz;
import io.dflockd.client.internal.net.RandomAnswers;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.stats.StatsReader;
import io.dflockd.client.internal.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Answers are read, or refused with the exception for what is not in the protocol. */
class ParserFuzzTests {

    private static final int LINES = 100_000;

    private static final int STATS = 20_000;

    private static String line(RandomGenerator random) {
        byte[] bytes = switch (random.nextInt(4)) {
            case 0 -> RandomAnswers.noise(random, 60);
            case 1 -> RandomAnswers.damaged(RandomAnswers.bytes(RandomAnswers.odd(random)), random);
            case 2 -> RandomAnswers.damaged(RandomAnswers.bytes(RandomAnswers.fitting("l", random)), random);
            default -> RandomAnswers.bytes(RandomAnswers.odd(random));
        };
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void refusesOrReads(Runnable reading) {
        try {
            reading.run();
        } catch (DflockdProtocolException ex) {
            assertThat(ex).hasMessageContaining("server");
        }
    }

    @Test
    void answerLines() {
        Fuzz.run(LINES, random -> {
            Reply reply = new Reply(ServerEnd.ADDRESS, line(random));
            refusesOrReads(() -> {
                Reply.Grant grant = reply.grant(random.nextBoolean());
                assertThat(grant.token()).isNotEmpty();
                assertThat(grant.leaseSeconds()).isPositive();
            });
            refusesOrReads(() -> assertThat(reply.renewedSeconds()).isNotNegative());
            refusesOrReads(reply::count);
            assertThat(reply.shown()).hasSizeLessThanOrEqualTo(120);
            assertThat(reply.line()).endsWith(reply.rest());
        });
    }

    @Test
    void stats() {
        Fuzz.run(STATS, random -> {
            String json = RandomAnswers.fitting("stats", random).substring("ok ".length());
            if (random.nextInt(4) == 0) {
                json = "[".repeat(random.nextInt(10_000)) + json;
            }
            String damaged =
                    new String(RandomAnswers.damaged(RandomAnswers.bytes(json), random), StandardCharsets.UTF_8);
            refusesOrReads(() -> StatsReader.read(damaged));
        });
    }
}
