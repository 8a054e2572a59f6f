package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields of requests at the edges of their rules. */
class WireFieldTests {

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertRefused(ThrowingCallable check, String text) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(check)
                .withMessageContaining(text);
    }

    // --- keys

    @ParameterizedTest
    @ValueSource(strings = {"a", "_", "schlüssel", "鍵", "🔒", "a.b:c/d", "\u00a0", "\u0000", "é", "a*b", ">"})
    void keyIsItsBytes(String key) {
        assertThat(FieldRules.key(key)).isEqualTo(utf8(key));
    }

    @Test
    void keyHasAtMost256Bytes() {
        assertThat(FieldRules.key("x".repeat(256))).hasSize(256);
        assertThat(FieldRules.key("鍵".repeat(85))).hasSize(255);
        assertRefused(() -> FieldRules.key("x".repeat(257)), "257 bytes");
        assertRefused(() -> FieldRules.key("鍵".repeat(86)), "258 bytes");
    }

    @Test
    void longKeyIsShownShortened() {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> FieldRules.key("x".repeat(10_000)))
                .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(250));
    }

    // --- signals

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b.c", ".", "a..b", "schlüssel.鍵"})
    void channelIsItsBytes(String channel) {
        assertThat(FieldRules.channel(channel)).isEqualTo(utf8(channel));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", ">", "a.*", "a.>", "a*b"})
    void channelHasNoWildcard(String channel) {
        assertRefused(() -> FieldRules.channel(channel), "wildcard");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "*", ">", "a.*", "a.>", "*.*.>", "a.*.c", "a..b"})
    void patternIsItsBytes(String pattern) {
        assertThat(FieldRules.pattern(pattern)).isEqualTo(utf8(pattern));
    }

    @ParameterizedTest
    @CsvSource({"a*, inside the token 'a*'", "a.b>, inside", "**, inside", "a.>.b, last token", ">.a, last token"})
    void patternWithAWildcardInTheWrongPlaceIsRefused(String pattern, String text) {
        assertRefused(() -> FieldRules.pattern(pattern), text);
    }

    @ParameterizedTest
    @CsvSource({"g, g", "' g ', g", "'a b', 'a b'", "\u00a0g\u2003, g"})
    void groupIsTrimmedAsTheServerDoes(String group, String bytes) {
        assertThat(FieldRules.group(group)).isEqualTo(utf8(bytes));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {" ", "\t", "\u00a0", "\u2028", "\u3000"})
    void blankGroupIsRefused(@Nullable String group) {
        assertRefused(() -> FieldRules.group(group), "is blank");
    }

    @Test
    void groupHasNoLineBreakAndAtMost256Bytes() {
        assertRefused(() -> FieldRules.group("a\nb"), "line break");
        assertRefused(() -> FieldRules.group("a\rb"), "line break");
        assertRefused(() -> FieldRules.group("x".repeat(257)), "257 bytes");
    }

    @Test
    void payloadMayHaveBlanksButNoLineBreak() {
        assertThat(FieldRules.payload(" a b\t", 10)).isEqualTo(utf8(" a b\t"));
        assertRefused(() -> FieldRules.payload("a\nb", 10), "line break");
        assertRefused(() -> FieldRules.payload("a\rb", 10), "line break");
        assertRefused(() -> FieldRules.payload("a\uD83D", 10), "surrogate");
    }

    @Test
    void payloadHasAtLeastOneByteAndAtMostSoMany() {
        assertThat(FieldRules.payload("x".repeat(10), 10)).hasSize(10);
        assertRefused(() -> FieldRules.payload("x".repeat(11), 10), "11 bytes");
        assertRefused(() -> FieldRules.payload("", 10), "empty");
        assertRefused(() -> FieldRules.payload(null, 10), "null");
    }

    // --- tokens: never shown

    @Test
    void tokenIsOneWord() {
        assertThat(FieldRules.token("0123abcd")).isEqualTo(utf8("0123abcd"));
        assertRefused(() -> FieldRules.token(null), "null");
        assertRefused(() -> FieldRules.token(" "), "blank");
        assertRefused(() -> FieldRules.token("x".repeat(257)), "257 bytes");
        for (String bad : new String[] {"sec ret", "sec\tret", "sec\nret", "sec\rret"}) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> FieldRules.token(bad))
                    .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("sec"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sec\nret", "sec\rret", "secret\uD83D"})
    void authTokenThatCannotBeSentIsRefusedAndNotShown(String token) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> FieldRules.authToken(token))
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("sec"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> DflockdClient.builder().authToken(token));
    }

    @Test
    void authTokenMayHaveBlanks() {
        assertThat(FieldRules.authToken(" a b ")).isEqualTo(utf8(" a b "));
        assertRefused(() -> FieldRules.authToken(" "), "blank");
    }

    // --- numbers

    @ParameterizedTest
    @CsvSource({"PT0.000000001S, 1", "PT1S, 1", "PT1.000000001S, 2", "PT9223372036S, 9223372036"})
    void leaseIsRoundedUpToWholeSeconds(Duration lease, long seconds) {
        assertThat(FieldRules.leaseSeconds(lease)).isEqualTo(seconds);
        assertThat(FieldRules.timeoutSeconds(lease)).isEqualTo(seconds);
    }

    @Test
    void longestTimeIsNotRoundedBeyondIt() {
        Duration tooLong = Duration.ofSeconds(FieldRules.MAX_SECONDS, 1);
        assertRefused(() -> FieldRules.leaseSeconds(tooLong), tooLong.toString());
        assertRefused(() -> FieldRules.timeoutSeconds(tooLong), tooLong.toString());
        assertRefused(() -> FieldRules.timeoutSeconds(Duration.ofSeconds(Long.MAX_VALUE, 1)), "longer than");
        assertThat(FieldRules.timeoutSeconds(Duration.ZERO)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 6388, 127.0.0.1:6388", "::1, 1, [::1]:1", "host.name, 65535, host.name:65535"})
    void addressIsWrittenAsItIsRead(String host, int port, String text) {
        assertThat(new ServerAddress(host, port)).hasToString(text);
        assertThat(ServerAddress.parse(text)).isEqualTo(new ServerAddress(host, port));
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "' ', 1", "'a b', 1", "a, 0", "a, -1", "a, 65536"})
    void addressWithABadPartIsRefused(String host, int port) {
        assertRefused(() -> new ServerAddress(host, port), port == 1 ? "server host" : "server port " + port);
    }
}
