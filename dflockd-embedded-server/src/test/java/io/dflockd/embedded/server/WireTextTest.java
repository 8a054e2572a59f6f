package io.dflockd.embedded.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTextTest {

    private static final int ROUNDS = 20_000;

    private static final int LONGEST_AUTH_TOKEN = 65_536;

    private static final String[] PIECES = {
        " ", "\t", "\u000b", "x", "\u00a0", "\u2003", "\u3000", "\u00e9", "\u9375", "\u0085"
    };

    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", "\u2003"})
    void longRunsOfWhiteSpaceAreCut(String space) {
        String spaces = WireText.ofJava(space);
        String run = spaces.repeat(LONGEST_AUTH_TOKEN / spaces.length() - 1);
        assertThat(WireText.trim(run)).isEmpty();
        assertThat(WireText.trim(run + "x")).isEqualTo("x");
        assertThat(WireText.trim("x" + run)).isEqualTo("x");
        assertThat(WireText.trim(spaces + "x" + run + "x")).isEqualTo("x" + run + "x");
    }

    @Test
    void whiteSpaceIsThatOfTheTextWhichTheBytesForm() {
        Fuzz.run(ROUNDS, random -> {
            StringBuilder text = new StringBuilder();
            for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            String expected = text.toString().replaceAll("\\A[\\t-\\r \\u0085\\p{Z}]*|[\\t-\\r \\u0085\\p{Z}]*\\z", "");
            String trimmed = WireText.trim(WireText.ofJava(text.toString()));
            assertThat(new String(trimmed.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                    .isEqualTo(expected);
        });
    }
}
