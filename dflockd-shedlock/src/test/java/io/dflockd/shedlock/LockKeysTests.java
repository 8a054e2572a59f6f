package io.dflockd.shedlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.FieldRules;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockKeysTests {

    private final LockKeys keys = new LockKeys("shedlock:");

    @ParameterizedTest
    @CsvSource({"report,report", "nightly report,nightly%20report", "100%,100%25", "ä,ä", "a:b/c,a:b/c"})
    void keyHasTheNameInIt(String name, String inKey) {
        assertThat(keys.keyOf(name)).isEqualTo("shedlock:" + inKey);
    }

    @Test
    void noTwoNamesAreOneKey() {
        String longName = "a".repeat(300);
        String keyOfLongName = keys.keyOf(longName).substring("shedlock:".length());
        List<String> names = Stream.of(
                        " ", "%20", "%2520", "\t", "%09", "+", "%", "%25", longName, longName + "a", "b".repeat(300))
                .toList();
        assertThat(names).extracting(keys::keyOf).doesNotHaveDuplicates();
        assertThat(keys.keyOf(keyOfLongName))
                .as("of a name that looks like a key")
                .isNotEqualTo(keys.keyOf(longName));
    }

    @Test
    void longNameIsCut() {
        assertThat(FieldRules.key(keys.keyOf("a".repeat(247)))).hasSize(256);
        assertThat(keys.keyOf("a".repeat(248))).matches("shedlock:a{64}%sha256-[0-9a-f]{64}");
    }
}
