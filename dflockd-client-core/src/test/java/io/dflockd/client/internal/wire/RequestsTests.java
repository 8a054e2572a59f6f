package io.dflockd.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every request as the bytes of its three lines. */
class RequestsTests {

    private static final Target LOCK = Target.lock("k");

    private static final Target SEMAPHORE = Target.semaphore("k", 12);

    static Stream<Arguments> requests() {
        return Stream.of(
                Arguments.of(Requests.acquire(LOCK, 0, 0), "l\nk\n0\n"),
                Arguments.of(Requests.acquire(LOCK, 10, 0), "l\nk\n10\n"),
                Arguments.of(Requests.acquire(LOCK, 10, 30), "l\nk\n10 30\n"),
                Arguments.of(Requests.acquire(SEMAPHORE, 0, 0), "sl\nk\n0 12\n"),
                Arguments.of(Requests.acquire(SEMAPHORE, 10, 30), "sl\nk\n10 12 30\n"),
                Arguments.of(
                        Requests.acquire(Target.semaphore("k", Integer.MAX_VALUE), 9_223_372_036L, 9_223_372_036L),
                        "sl\nk\n9223372036 2147483647 9223372036\n"),
                Arguments.of(Requests.acquire(Target.lock("schlüssel-鍵"), 1, 0), "l\nschlüssel-鍵\n1\n"),
                Arguments.of(Requests.acquire(Target.lock("x".repeat(256)), 1, 0), "l\n" + "x".repeat(256) + "\n1\n"),
                Arguments.of(Requests.enqueue(LOCK, 0), "e\nk\n\n"),
                Arguments.of(Requests.enqueue(LOCK, 30), "e\nk\n30\n"),
                Arguments.of(Requests.enqueue(SEMAPHORE, 0), "se\nk\n12\n"),
                Arguments.of(Requests.enqueue(SEMAPHORE, 30), "se\nk\n12 30\n"),
                Arguments.of(Requests.await(LOCK, 0), "w\nk\n0\n"),
                Arguments.of(Requests.await(SEMAPHORE, 7), "sw\nk\n7\n"),
                Arguments.of(Requests.release(LOCK, "t0"), "r\nk\nt0\n"),
                Arguments.of(Requests.release(SEMAPHORE, "t0"), "sr\nk\nt0\n"),
                Arguments.of(Requests.renew(LOCK, "t0", 0), "n\nk\nt0\n"),
                Arguments.of(Requests.renew(LOCK, "t0", 30), "n\nk\nt0 30\n"),
                Arguments.of(Requests.renew(SEMAPHORE, "t0", 30), "sn\nk\nt0 30\n"),
                Arguments.of(Requests.auth("sécret".getBytes(StandardCharsets.UTF_8)), "auth\n_\nsécret\n"),
                Arguments.of(Requests.stats(), "stats\n_\n_\n"),
                Arguments.of(Requests.keepAlive(), "r\n_\n_\n"),
                Arguments.of(Requests.signal(bytes("a.b"), bytes("p q")), "signal\na.b\np q\n"),
                Arguments.of(Requests.listen(bytes("a.*"), bytes("")), "listen\na.*\n\n"),
                Arguments.of(Requests.listen(bytes("a.*"), bytes("g")), "listen\na.*\ng\n"),
                Arguments.of(Requests.unlisten(bytes("a.>"), bytes("g")), "unlisten\na.>\ng\n"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("requests")
    void requestIsThreeLines(byte[] request, String lines) {
        assertThat(new String(request, StandardCharsets.UTF_8)).isEqualTo(lines);
    }
}
