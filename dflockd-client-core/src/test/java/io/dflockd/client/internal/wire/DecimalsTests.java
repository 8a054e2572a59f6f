package io.dflockd.client.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalsTests {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9, 10, 99, 100, 999, 1000, 4294967296L, 9_223_372_036L, Long.MAX_VALUE})
    void numberIsWrittenAsItsDigitsAndNothingElseIsTouched(long number) {
        String digits = Long.toString(number);
        byte[] bytes = new byte[digits.length() + 2];
        Arrays.fill(bytes, (byte) '.');
        assertThat(Decimals.length(number)).isEqualTo(digits.length());
        assertThat(Decimals.put(bytes, 1, number)).isEqualTo(1 + digits.length());
        assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo("." + digits + ".");
    }
}
