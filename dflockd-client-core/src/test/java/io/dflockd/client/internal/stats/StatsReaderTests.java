package io.dflockd.client.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.ServerAbilities;
import io.dflockd.client.ServerAbilities.Fences;
import io.dflockd.client.ServerAbilities.Generation;
import io.dflockd.client.ServerStats;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatsReaderTests {

    private static final ServerStats EMPTY = new ServerStats(0, List.of(), List.of(), List.of(), List.of(), List.of());

    @Test
    void everythingIsRead() {
        ServerStats stats = StatsReader.read("""
                {"connections": 3,
                 "locks": [{"key": "a", "owner_conn_id": 7, "lease_expires_in_s": 12.5, "waiters": 2},
                           {"key": "b", "owner_conn_id": 8, "lease_expires_in_s": -0.25, "waiters": 0, "fence": 9}],
                 "semaphores": [{"key": "s", "limit": 5, "holders": 4, "waiters": 1}],
                 "idle_locks": [{"key": "i", "idle_s": 1.5}],
                 "idle_semaphores": [{"key": "j", "idle_s": 2}],
                 "signal_channels": [{"pattern": "a.*", "group": "g", "listeners": 2},
                                     {"pattern": "a.>", "listeners": 1}],
                 "later": {"unknown": [1, 2]}}
                """);
        assertThat(stats)
                .isEqualTo(new ServerStats(
                        3,
                        List.of(
                                new ServerStats.Lock("a", 7, Duration.ofMillis(12_500), 2, OptionalLong.empty()),
                                new ServerStats.Lock("b", 8, Duration.ofMillis(-250), 0, OptionalLong.of(9))),
                        List.of(new ServerStats.Semaphore("s", 5, 4, 1)),
                        List.of(new ServerStats.Idle("i", Duration.ofMillis(1_500))),
                        List.of(new ServerStats.Idle("j", Duration.ofSeconds(2))),
                        List.of(
                                new ServerStats.SignalChannel("a.*", "g", 2),
                                new ServerStats.SignalChannel("a.>", null, 1)),
                        new ServerAbilities(Generation.V1_11_TO_1_16, true, Fences.NONE)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"connections\": null, \"locks\": null}",
                "{\"connections\": \"3\", \"locks\": {}, \"semaphores\": 5}",
                "{\"locks\": [], \"semaphores\": []}",
                "{\"unknown\": 1}"
            })
    void membersThatAreMissingOrOddDoNoHarm(String json) {
        assertThat(StatsReader.read(json)).isEqualTo(EMPTY);
    }

    @ParameterizedTest
    @CsvSource({
        "'rw_locks,signal_channels', REDIS_FEATS_BRANCH, true, IN_FIELD",
        "rw_locks, REDIS_FEATS_BRANCH, false, IN_FIELD",
        "signal_channels, V1_11_TO_1_16, true, NONE",
        "locks, UNKNOWN, false, NONE",
        "cluster, UNKNOWN, false, NONE"
    })
    void membersShowWhatTheServerIs(String members, Generation generation, boolean signals, Fences fences) {
        String json = Stream.of(members.split(","))
                .map(member -> "\"" + member + "\": null")
                .collect(Collectors.joining(", ", "{", "}"));
        assertThat(StatsReader.read(json).abilities()).isEqualTo(new ServerAbilities(generation, signals, fences));
    }

    @Test
    void elementsWithoutTheirMembersAreThere() {
        assertThat(StatsReader.read("{\"locks\": [{}]}").locks())
                .containsExactly(new ServerStats.Lock("", 0, Duration.ZERO, 0, OptionalLong.empty()));
    }

    @ParameterizedTest
    @CsvSource({"1e300, 9000000000", "-1e300, -1000000000", "0.000000001, 0"})
    void timesOutOfEveryRangeAreCut(String seconds, long whole) {
        assertThat(StatsReader.read("{\"idle_locks\": [{\"key\": \"k\", \"idle_s\": " + seconds + "}]}")
                        .idleLocks()
                        .get(0)
                        .idle()
                        .getSeconds())
                .isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "5",
                "\"text\"",
                "{\"locks\": [1]}",
                "{\"locks\": [null]}",
                "{",
                "nonsense",
                "{} x"
            })
    void whatIsNoObjectIsRefused(String json) {
        assertThatExceptionOfType(DflockdProtocolException.class)
                .isThrownBy(() -> StatsReader.read(json))
                .withMessageContaining("not the JSON that was expected");
    }
}
