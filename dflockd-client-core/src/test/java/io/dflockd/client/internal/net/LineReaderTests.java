package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.internal.loop.TestLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines come out whole, whatever segments their bytes arrive in, and no buffer is left behind. */
class LineReaderTests {

    private static final int MAX_LINE = 4096;

    private static final List<String> LINES = List.of(
            "ok t0 33", "", "timeout", "ok schlüssel 鍵 🔒", "x".repeat(700), "ok\r", "ok", "y".repeat(MAX_LINE));

    private final TestLoop loop = new TestLoop();

    private final TestOwner owner = new TestOwner();

    private final ServerEnd server = new ServerEnd(loop, ServerEnd.ADDRESS, ServerEnd.LIVENESS, owner);

    private final List<TestExchange> sent = new ArrayList<>();

    private void send(int requests) {
        for (int i = 0; i < requests; i++) {
            TestExchange exchange = new TestExchange();
            sent.add(exchange);
            server.connection().send(new byte[] {'x', '\n'}, exchange);
        }
        loop.settle();
    }

    private List<String> lines() {
        return sent.stream().flatMap(exchange -> exchange.answers().stream()).toList();
    }

    private void arrive(byte[] bytes, int from, int to) {
        server.channel().read(Arrays.copyOfRange(bytes, from, to));
    }

    private static byte[] bytes(List<String> lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static IntStream segmentSizes() {
        return IntStream.concat(IntStream.rangeClosed(1, 20), IntStream.of(100, 699, 700, 701, 1000, 100_000));
    }

    @ParameterizedTest
    @MethodSource("segmentSizes")
    void linesAreWholeWhateverTheSegments(int size) {
        send(LINES.size());
        byte[] all = bytes(LINES);
        for (int from = 0; from < all.length; from += size) {
            arrive(all, from, Math.min(all.length, from + size));
        }
        assertThat(lines()).isEqualTo(LINES);
        assertThat(server.channel().memory()).as("bytes left behind").isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void linesAreWholeInSegmentsOfAnySize(long seed) {
        Random random = new Random(seed);
        List<String> lines = random.ints(300, 0, 200).mapToObj("a"::repeat).toList();
        send(lines.size());
        byte[] all = bytes(lines);
        for (int from = 0; from < all.length; ) {
            int to = Math.min(all.length, from + 1 + random.nextInt(1 << random.nextInt(12)));
            arrive(all, from, to);
            from = to;
        }
        assertThat(lines()).isEqualTo(lines);
        assertThat(server.channel().memory()).as("bytes left behind").isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lineThatIsTooLongClosesTheConnection(boolean ended) {
        send(1);
        server.channel().read("x".repeat(MAX_LINE));
        assertThat(server.isOpen()).isTrue();
        server.channel().read(ended ? "x\nok\n" : "x");
        assertThat(lines()).isEmpty();
        assertThat(sent.get(0).failure())
                .isInstanceOf(DflockdProtocolException.class)
                .hasMessageContaining(MAX_LINE + " bytes");
        assertThat(server.isOpen()).isFalse();
        assertThat(server.channel().memory()).as("bytes left behind").isZero();
    }

    @Test
    void longestLineCanBeRaised() {
        server.connection().maxLineBytes(3 * MAX_LINE);
        send(1);
        server.channel().read("x".repeat(2 * MAX_LINE));
        server.channel().read("y\n");
        assertThat(lines()).containsExactly("x".repeat(2 * MAX_LINE) + "y");
    }

    @Test
    void linesBehindAnAnswerThatClosedTheConnectionAreDropped() {
        send(1);
        sent.get(0).then(() -> server.connection().close());
        send(2);
        server.channel().read("one\ntwo\nthr");
        loop.settle();
        assertThat(lines()).containsExactly("one");
        assertThat(owner.seen).containsExactly("closed");
        assertThat(server.channel().memory()).as("bytes left behind").isZero();
    }

    @Test
    void halfALineIsDroppedWithTheConnection() {
        send(1);
        server.channel().read("half a li");
        assertThat(server.channel().memory()).isPositive();
        server.close();
        assertThat(lines()).isEmpty();
        assertThat(server.channel().memory()).as("bytes left behind").isZero();
    }

    @Test
    void halfALineIsDroppedWhenThisSideCloses() {
        send(1);
        server.channel().read("half a li");
        server.connection().close();
        loop.settle();
        assertThat(server.channel().memory()).as("bytes left behind").isZero();
    }

    @Test
    void bytesBeforeThereIsAConnectionAreReleased() {
        TestChannel channel = new TestChannel();
        channel.pipeline().addLast(new LineReader(MAX_LINE));
        loop.netty().register(channel);
        channel.read("ok\n");
        assertThat(channel.memory()).isZero();
        channel.pipeline().fireChannelInactive();
    }

    @Test
    void pushedLinesAreToldFromAnswers() {
        ByteBuf buffer = Unpooled.copiedBuffer("xsig a", StandardCharsets.US_ASCII);
        assertThat(LineReader.startsWithSig(buffer, 1, 5)).isTrue();
        assertThat(LineReader.startsWithSig(buffer, 1, 3)).isFalse();
        assertThat(LineReader.startsWithSig(buffer, 0, 6)).isFalse();
        buffer.release();
    }
}
