package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.Fuzz;
import io.dflockd.client.internal.loop.TestLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes arrive, and in whatever segments: the lines are those of the bytes, each request ends once, and nothing is left
 * behind.
 */
class ReaderFuzzTests {

    /** As {@link ServerEnd} has it. */
    private static final int MAX_LINE = 4096;

    private static final int ROUNDS = 2_000;

    private final TestLoop loop = new TestLoop();

    /** What a connection with so many requests has to make of these bytes. Cut in the simplest way. */
    private static final class Expected {

        private final List<String> answers = new ArrayList<>();

        private final List<String> pushed = new ArrayList<>();

        private boolean closed;

        Expected(byte[] bytes, int requests) {
            int from = 0;
            for (int at = 0; at < bytes.length && !closed; at++) {
                if (bytes[at] == '\n') {
                    line(new String(bytes, from, at - from, StandardCharsets.UTF_8), at - from, requests);
                    from = at + 1;
                }
            }
            closed |= bytes.length - from > MAX_LINE;
        }

        private void line(String line, int length, int requests) {
            if (length > MAX_LINE) {
                closed = true;
            } else if (line.startsWith("sig ")) {
                pushed.add(line);
            } else if (answers.size() == requests) {
                closed = true;
            } else {
                answers.add(line);
                String status = line.split(" ", 2)[0];
                closed = status.equals("error_auth") || status.equals("error_draining");
            }
        }
    }

    private void arrives(byte[] bytes, RandomGenerator random) {
        TestOwner owner = new TestOwner();
        ServerEnd server = new ServerEnd(loop, ServerEnd.ADDRESS, ServerEnd.LIVENESS, owner);
        int requests = random.nextInt(40);
        List<TestExchange> sent = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            TestExchange exchange = new TestExchange(true);
            sent.add(exchange);
            server.connection().send(new byte[] {'x', '\n'}, exchange);
        }
        loop.settle();
        int largest = 1 << random.nextInt(14);
        long most = 0;
        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(largest));
            server.channel().read(Arrays.copyOfRange(bytes, from, to));
            most = Math.max(most, server.channel().memory());
            from = to;
        }
        loop.settle();
        assertThat(most).as("bytes that waited").isLessThan(4L * (MAX_LINE + largest));
        Expected expected = new Expected(bytes, requests);
        assertThat(sent.stream().flatMap(exchange -> exchange.answers().stream()))
                .isEqualTo(expected.answers);
        assertThat(owner.seen.stream().filter(line -> line.startsWith("sig "))).isEqualTo(expected.pushed);
        assertThat(server.isOpen()).as("open").isEqualTo(!expected.closed);
        server.close();
        assertThat(owner.seen.stream().filter(line -> line.startsWith("closed")))
                .hasSize(1);
        assertThat(sent).noneMatch(TestExchange::isOpen);
        assertThat(sent)
                .as("answered, and failed as well")
                .noneMatch(exchange ->
                        exchange.failure() != null && !exchange.answers().isEmpty());
        assertThat(server.channel().memory()).as("bytes left behind").isZero();
    }

    @Test
    void anyBytes() {
        Fuzz.run(ROUNDS, random -> arrives(RandomAnswers.noise(random, 1 << random.nextInt(14)), random));
    }

    @Test
    void damagedAnswers() {
        Fuzz.run(ROUNDS, random -> {
            StringBuilder lines = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                lines.append(random.nextBoolean() ? RandomAnswers.odd(random) : RandomAnswers.fitting("l", random))
                        .append('\n');
            }
            byte[] bytes = RandomAnswers.bytes(lines.toString());
            arrives(random.nextBoolean() ? bytes : RandomAnswers.damaged(bytes, random), random);
        });
    }
}
