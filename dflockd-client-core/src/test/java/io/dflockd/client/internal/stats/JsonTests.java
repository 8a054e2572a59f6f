package io.dflockd.client.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTests {

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("null", null),
                Arguments.of("true", true),
                Arguments.of("false", false),
                Arguments.of("0", 0L),
                Arguments.of("-7", -7L),
                Arguments.of("9223372036854775807", Long.MAX_VALUE),
                Arguments.of("18446744073709551615", -1L),
                Arguments.of("-9223372036854775808", Long.MIN_VALUE),
                Arguments.of("1.5", 1.5),
                Arguments.of("-0.25", -0.25),
                Arguments.of("1e3", 1000.0),
                Arguments.of("1.5E-1", 0.15),
                Arguments.of("\"\"", ""),
                Arguments.of("\"schlüssel 鍵 🔒\"", "schlüssel 鍵 🔒"),
                Arguments.of("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"),
                Arguments.of("\"\\u00e9\\u9375\\uD83D\\uDD12\\u0000\"", "é鍵🔒\u0000"),
                Arguments.of("[]", List.of()),
                Arguments.of("[1, [2], {}]", List.of(1L, List.of(2L), Map.of())),
                Arguments.of("{}", Map.of()),
                Arguments.of("{\"a\": 1, \"b\": [true]}", Map.of("a", 1L, "b", List.of(true))),
                Arguments.of(" \t{ \"a\" : [ 1 , 2 ] } ", Map.of("a", List.of(1L, 2L))),
                Arguments.of("{\"a\": 1, \"a\": 2}", Map.of("a", 2L)));
    }

    @ParameterizedTest
    @MethodSource("values")
    void valueIsRead(String text, @Nullable Object value) {
        assertThat(Json.read(text)).isEqualTo(value);
    }

    @Test
    void nullIsAnElementAndAMember() {
        assertThat(Json.read("[null]")).isEqualTo(Arrays.asList((Object) null));
        assertThat(Json.read("{\"a\": null}")).isEqualTo(Collections.singletonMap("a", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nul",
                "tru",
                "TRUE",
                "x",
                "{",
                "[",
                "\"",
                "\"abc",
                "[1",
                "[1,",
                "[1,]",
                "[,]",
                "[1 2]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\" 1}",
                "{1:2}",
                "]",
                "1 2",
                "{} {}",
                "null,",
                "\"\\x\"",
                "\"\\",
                "\"\\u\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\u+123\"",
                "\"\\u-123\"",
                "\"\\u 123\"",
                "+1",
                "-",
                "--1",
                "1-2",
                "1e",
                "1.2.3",
                "e5",
                ".",
                "1+1",
                "01",
                "-01",
                ".5",
                "1.",
                "1.e3",
                "0x10",
                "18446744073709551616",
                "-9223372036854775809",
                "NaN",
                "Infinity",
                "'a'"
            })
    void textThatIsNoJsonIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.read(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void depthIsBounded(String open) {
        String close = open.equals("[") ? "]" : "}";
        assertThat(Json.read(open.repeat(32) + "1" + close.repeat(32))).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.read(open.repeat(33) + "1" + close.repeat(33)))
                .withMessageContaining("32");
        assertThatIllegalArgumentException().isThrownBy(() -> Json.read(open.repeat(1_000_000)));
    }

    @Test
    void messageNamesThePlace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.read("[1, x]"))
                .withMessageContaining("index 4");
    }
}
