package io.dflockd.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.wire.Reply.Grant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer, and every way in which a field of it may be wrong. */
class ReplyTests {

    private static final ServerAddress SERVER = new ServerAddress("server", 1);

    private static Reply reply(String line) {
        return new Reply(SERVER, line);
    }

    @ParameterizedTest
    @EnumSource
    void statusIsTheWholeFirstWord(Status status) {
        String word = status == Status.UNKNOWN ? "okay" : status.name().toLowerCase(Locale.ROOT);
        assertThat(reply(word).status()).isEqualTo(status);
        assertThat(reply(word + " 1 2").status()).isEqualTo(status);
        assertThat(reply(word + "x").status()).isEqualTo(Status.UNKNOWN);
        assertThat(reply(" " + word).status()).isEqualTo(Status.UNKNOWN);
        assertThat(reply(word.toUpperCase(Locale.ROOT)).status()).isEqualTo(Status.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "ok\r", "o", "error_", "errors", "error_auth_", "HTTP/1.1 400 Bad Request", "\u0000"})
    void otherWordsAreUnknown(String line) {
        assertThat(reply(line).status()).isEqualTo(Status.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "ok t0 33, t0, 33, ",
        "ok t0 33 7, t0, 33, 7",
        "acquired t0 33 7, t0, 33, 7",
        "ok t0 33 7 and more, t0, 33, 7",
        "ok t0, t0, 10, ",
        "'ok t0 ', t0, 10, ",
        "ok t0 0, t0, 10, ",
        "ok t0 9223372036854775807, t0, 9223372036854775807, ",
        "ok t0 33 18446744073709551615, t0, 33, -1"
    })
    void grantIsRead(String line, String token, long lease, @Nullable Long fence) {
        assertThat(reply(line).grant(false)).isEqualTo(new Grant(token, lease, fence));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ok",
                "ok ",
                "ok  33",
                "acquired",
                "ok t0 x",
                "ok t0 -5",
                "ok t0 1.5",
                "ok t0 3,0",
                "ok t0 0x10",
                "ok t0 33s",
                "ok t0 9223372036854775808",
                "ok t0 33 x",
                "ok t0 33 -1",
                "ok t0 33 ",
                "ok t0 33 1.0",
                "ok t0 33 18446744073709551616"
            })
    void malformedGrantIsRefusedAndShown(String line) {
        assertThatExceptionOfType(DflockdProtocolException.class)
                .isThrownBy(() -> reply(line).grant(false))
                .withMessageContaining("server server:1")
                .withMessageContaining("'" + line + "'");
    }

    @Test
    void fenceOfATokenIsReadOnlyWhereTheServerPutsItThere() {
        String token = "00000000000000ff0123456789abcdef";
        assertThat(reply("ok " + token + " 33").grant(true).fence()).isEqualTo(255);
        assertThat(reply("ok " + token + " 33").grant(false).fence()).isNull();
        assertThat(reply("ok " + token + " 33 9").grant(true).fence()).isEqualTo(9);
        assertThat(reply("ok ff 33").grant(true).fence()).isNull();
        assertThat(reply("ok ffffffffffffffff0123456789abcdef 33").grant(true).fence())
                .isEqualTo(-1);
        assertThatExceptionOfType(DflockdProtocolException.class)
                .isThrownBy(
                        () -> reply("ok zz000000000000ff0123456789abcdef 33").grant(true))
                .withMessageContaining("zz000000000000ff");
    }

    @ParameterizedTest
    @CsvSource({"ok, 0", "'ok ', 0", "ok 33, 33", "ok 33 7, 33", "ok 0, 0"})
    void renewalIsRead(String line, long seconds) {
        assertThat(reply(line).renewedSeconds()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok x", "ok 1.5", "ok -3", "ok 9223372036854775808"})
    void malformedRenewalIsRefused(String line) {
        assertThatExceptionOfType(DflockdProtocolException.class)
                .isThrownBy(() -> reply(line).renewedSeconds())
                .withMessageContaining("'" + line + "'");
    }

    @Test
    void countIsReadOrRefused() {
        assertThat(reply("ok 3").count()).isEqualTo(3);
        assertThat(reply("ok 3 4").count()).isEqualTo(3);
        for (String line : new String[] {"ok", "ok ", "ok x"}) {
            assertThatExceptionOfType(DflockdProtocolException.class)
                    .isThrownBy(() -> reply(line).count())
                    .withMessageContaining("'" + line + "'");
        }
    }

    @Test
    void restIsWhatFollowsTheFirstBlank() {
        assertThat(reply("ok {\"a\": 1}").rest()).isEqualTo("{\"a\": 1}");
        assertThat(reply("ok").rest()).isEmpty();
        assertThat(reply("ok ").rest()).isEmpty();
    }

    @Test
    void longLineIsShownShortened() {
        assertThat(reply("x".repeat(120)).shown()).hasSize(120);
        assertThat(reply("x".repeat(121)).shown()).hasSize(120).endsWith("...");
    }

    @Test
    void textOfAReplyHasNoToken() {
        assertThat(reply("ok secret-token 33")).hasToString("ok");
    }
}
