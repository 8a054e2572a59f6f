package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for numbers, white space, keys and lines, beyond the recordings. */
class FieldRulesTest extends ServerTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+5 +7",
                "  005\t007 ",
                "\u000b5\f7",
                "\u00c2\u00a05\u00e2\u0080\u00837\u00e3\u0080\u0080",
                "5\u00c2\u00857"
            })
    void numbersMayHaveASignZerosAndAnyWhiteSpace(String argument) throws Exception {
        assertThat(connect(start()).ask("l", "k", argument)).matches("ok [0-9a-f]{32} 7 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\u00a07",
                "1_0",
                "0x1",
                "\u00b2",
                "+",
                "-",
                "--1",
                "1e3",
                "9223372036854775808",
                "5\u00e2\u00807"
            })
    void otherNumbersAreRefused(String argument) throws Exception {
        Wire a = connect(start());
        assertThat(a.ask("l", "k", argument)).isEqualTo("error");
        assertThat(a.ask("l", "k", "0")).startsWith("ok ");
    }

    @Test
    void tokensAreTrimmedForReleaseAndAWordForRenewal() throws Exception {
        Wire a = connect(start());
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        assertThat(a.ask("n", "k", "\t" + token + " \u00c2\u00a0 5")).isEqualTo("ok 5 1");
        assertThat(a.ask("r", "k", token + " x")).isEqualTo("error");
        assertThat(a.ask("r", "k", "\u00e3\u0080\u0080 " + token + "\u00c2\u00a0"))
                .isEqualTo("ok");
    }

    @ParameterizedTest
    @EnumSource
    void linesAreMeasuredInBytes(Generation generation) throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().generation(generation));
        Wire a = connect(server);
        assertThat(a.ask("l", "\u00c3\u00a9".repeat(128), "0")).startsWith("ok ");
        assertThat(a.ask("l", "\u00c3\u00a9".repeat(128) + "x", "0")).isEqualTo("error");
        a.expectEnd(Wire.PATIENCE_MILLIS);
        server.awaitQuiet(SOON);
    }

    @ParameterizedTest
    @CsvSource({"G1, false", "G2, true"})
    void carriageReturnsCountInG1Only(Generation generation, boolean passes) throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().generation(generation));
        Wire a = connect(server);
        a.send("l\n" + "k".repeat(256) + "\r\n");
        if (passes) {
            a.send("\r".repeat(100_000) + "0\n");
            assertThat(a.line()).startsWith("ok ");
        } else {
            assertThat(a.line()).isEqualTo("error");
            a.expectEnd(Wire.PATIENCE_MILLIS);
        }
    }

    @Test
    void aLineThatIsTooLongAndCutAnywhereIsRefused() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        for (int i = 0; i < 300; i++) {
            a.send("x");
        }
        a.send("\n");
        assertThat(a.line()).isEqualTo("error");
        a.expectEnd(Wire.PATIENCE_MILLIS);
    }

    @Test
    void unknownCommandsAreRefusedAndCounted() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        assertThat(a.ask("kset", "k", "v")).isEqualTo("error");
        assertThat(a.ask("l ", "k", "0")).isEqualTo("error");
        assertThat(server.view().count("(unknown)")).isEqualTo(2);
    }

    @Test
    void readWriteLocksExistInG2() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire b = connect(server);
        assertThat(a.ask("rl", "k", "0")).startsWith("ok ");
        assertThat(b.ask("rl", "k", "0")).startsWith("ok ");
        assertThat(b.ask("wl", "k", "0")).isEqualTo("timeout");
        assertThat(b.ask("stats", "_", "_"))
                .contains("\"rw_locks\":[{\"key\":\"k\",\"readers\":2,\"writer\":false,\"fence\":2,\"waiters\":0}]");
        a.close();
        b.send("we\nk\n\n");
        assertThat(b.line()).isEqualTo("queued");
        assertThat(connect(server).ask("rl", "k", "0"))
                .as("a reader behind a writer")
                .isEqualTo("timeout");
        Wire old = connect(start(EmbeddedDflockdServer.builder().generation(Generation.G1)));
        assertThat(old.ask("rl", "k", "0")).isEqualTo("error");
    }

    @Test
    void statsQuotesWhatJsonCannotCarry() throws Exception {
        Wire a = connect(start());
        a.ask("l", "<&>\"\\\u0001\u007f\u00ed\u00a0\u0080\u00e2\u0080\u00a8\u00c3\u00a9\u00c3", "0");
        String json = a.ask("stats", "_", "_");
        assertThat(json)
                .contains(
                        "\"key\":\"\\u003c\\u0026\\u003e\\\"\\\\\\u0001\u007f\\ufffd\\ufffd\\ufffd\\u2028\u00c3\u00a9\\ufffd\"");
        Json.parse(json.substring(3));
    }
}
