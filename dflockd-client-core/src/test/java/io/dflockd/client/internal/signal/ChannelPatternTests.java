package io.dflockd.client.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.InvalidArgumentException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPatternTests {

    @ParameterizedTest
    @CsvSource({
        "a.b,    a.b,     true",
        "a.b,    a.c,     false",
        "a.b,    a.b.c,   false",
        "a.*,    a.b,     true",
        "a.*,    a,       false",
        "a.*,    a.b.c,   false",
        "*,      a,       true",
        "*,      a.b,     false",
        "*.b,    a.b,     true",
        ">,      a,       true",
        ">,      a.b.c,   true",
        "a.>,    a,       false",
        "a.>,    a.b,     true",
        "a.>,    a.b.c.d, true",
        "a.*.>,  a.b,     false",
        "a.*.>,  a.b.c,   true",
        "a..b,   a..b,    true",
        "a.*.b,  a..b,    true",
        "a.>,    a.,      true",
        "A,      a,       false",
    })
    void matches(String pattern, String channel, boolean matches) {
        assertThat(new ChannelPattern(pattern).matches(channel)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a.>.b", "a*", ">.a", "a.b>", "a\n"})
    void refusesWhatNoServerAllows(String pattern) {
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(() -> new ChannelPattern(pattern));
    }

    @Test
    void showsItsText() {
        assertThat(new ChannelPattern("a.*")).hasToString("a.*");
        assertThat(new ChannelPattern("a.*").bytes()).containsExactly('a', '.', '*');
    }
}
