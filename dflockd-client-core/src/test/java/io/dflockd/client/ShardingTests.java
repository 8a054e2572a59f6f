package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key's server is the same in all clients of all languages. */
class ShardingTests {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "61, 3904355907, 0, 1, 0, 2, 4",
        "6b, 140662621, 0, 1, 1, 1, 1",
        "6d792d6b6579, 3605215937, 0, 1, 2, 2, 1",
        "6d792d6a6f62, 2813030800, 0, 0, 1, 0, 6",
        "6c6f636b3a31, 3438292081, 0, 1, 1, 1, 0",
        "6f726465723a3132333435, 273862664, 0, 0, 2, 4, 5",
        "757365722f3432, 2122476573, 0, 1, 0, 3, 0",
        "6576656e74732e757365722e6c6f67696e, 1658967710, 0, 0, 2, 0, 1",
        "776f726b65722d706f6f6c, 3880168568, 0, 0, 2, 3, 3",
        "62656e63685f313030303030, 2712982160, 0, 0, 2, 0, 0",
        "6465706c6f79, 2453354746, 0, 0, 1, 1, 3",
        "78*256, 1944984080, 0, 0, 2, 0, 4",
        "5550504552, 2567642412, 0, 0, 0, 2, 6",
        "5570706572, 2946429080, 0, 0, 2, 0, 0",
        "7363686cc3bc7373656c, 3858404598, 0, 0, 0, 3, 6",
        "d0bad0bbd18ed187, 212833818, 0, 0, 0, 3, 1",
        "e98db5, 1817482040, 0, 0, 2, 0, 3",
        "f09f9492, 1514244864, 0, 0, 0, 4, 6",
        "c3a9, 235179326, 0, 0, 2, 1, 4",
        "65cc81, 1286470445, 0, 1, 2, 0, 1",
        "6e61c3af76652d636166c3a92dcea9, 1759251888, 0, 0, 0, 3, 2",
        "30, 4108050209, 0, 1, 2, 4, 4",
        "2d, 2547889144, 0, 0, 1, 4, 3",
        "612e622e63, 3060946797, 0, 1, 0, 2, 6",
        "c2a0, 1858274523, 0, 1, 0, 3, 0"
    })
    void keyHasTheServerThatOtherClientsGiveIt(String hex, long crc, int of1, int of2, int of3, int of5, int of7) {
        String key = hex.equals("78*256")
                ? "x".repeat(256)
                : new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
        CRC32 computed = new CRC32();
        computed.update(key.getBytes(StandardCharsets.UTF_8));
        assertThat(computed.getValue()).as("the vector itself").isEqualTo(crc);
        ShardingStrategy sharding = ShardingStrategy.crc32();
        assertThat(List.of(1, 2, 3, 5, 7).stream().map(count -> sharding.serverFor(key, count)))
                .containsExactly(of1, of2, of3, of5, of7);
        try (DflockdClient client =
                DflockdClient.builder().servers("a:1", "b:1", "c:1").build()) {
            assertThat(client.serverFor(key)).isEqualTo(client.servers().get(of3));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void resultOfAStrategyIsChecked(int answer) {
        try (DflockdClient client = client((key, count) -> answer)) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> client.lock("k").acquire())
                    .withMessageContaining(Integer.toString(answer))
                    .withMessageContaining("0..1");
            assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(() -> client.serverFor("k"));
            assertThat(client.snapshot().connections())
                    .as("connections")
                    .containsOnly(
                            entry(client.servers().get(0), 0),
                            entry(client.servers().get(1), 0));
        }
    }

    @Test
    void strategyThatThrowsFailsTheCallOnly() {
        ShardingStrategy strategy = (key, count) -> {
            if (key.equals("bad")) {
                throw new IllegalStateException("of the strategy");
            }
            return 0;
        };
        try (DflockdClient client = client(strategy)) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> client.lock("bad").acquire())
                    .withMessage("of the strategy");
            assertThat(client.serverFor("good")).isEqualTo(client.servers().get(0));
        }
    }

    /** Never connected. */
    private static DflockdClient client(ShardingStrategy strategy) {
        return DflockdClient.builder()
                .servers("a.invalid:1", "b.invalid:1")
                .sharding(strategy)
                .build();
    }
}
