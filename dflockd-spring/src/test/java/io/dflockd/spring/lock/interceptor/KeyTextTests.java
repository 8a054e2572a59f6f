package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.InvalidArgumentException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Equal values give one key in every JVM, different values different ones; what cannot promise that is refused. */
class KeyTextTests {

    record Id(String value) {}

    record Pair(Object left, Object right) {}

    record Arr(byte[] content) {}

    record Shown(byte[] content) {

        @Override
        public String toString() {
            return "shown";
        }
    }

    /** A mail address must not be taken for an identity. */
    record Mail(String address) {}

    interface Order {

        record Id(long id) {}
    }

    interface Customer {

        record Id(long id) {}
    }

    static final class Wrapper {

        private final Object wrapped;

        Wrapper(Object wrapped) {
            this.wrapped = wrapped;
        }

        @Override
        public String toString() {
            return "Wrapper(" + wrapped + ")";
        }
    }

    static final class Bare {}

    enum Size {
        SMALL;

        @Override
        public String toString() {
            return "small!";
        }
    }

    @Test
    void plainValuesAreTheirText() {
        UUID uuid = UUID.randomUUID();
        assertThat(KeyText.of("a,b")).isEqualTo("a,b");
        assertThat(KeyText.of(7)).isEqualTo("7");
        assertThat(KeyText.of(new AtomicLong(7))).isEqualTo("7");
        assertThat(KeyText.of(true)).isEqualTo("true");
        assertThat(KeyText.of(uuid)).isEqualTo(uuid.toString());
        assertThat(KeyText.of(Size.SMALL)).isEqualTo("SMALL");
        assertThat(KeyText.of(LocalDate.EPOCH)).isEqualTo("1970-01-01");
        assertThat(KeyText.of(Path.of("a"))).isEqualTo("a");
        assertThat(KeyText.of(Optional.of("a"))).isEqualTo("a");
        assertThat(KeyText.of(new AtomicReference<>("a"))).isEqualTo("a");
        assertThat(KeyText.of(new Id("7"))).isEqualTo("KeyTextTests.Id[value=7]");
        assertThat(KeyText.of(new Mail("joe.doe@cafe"))).isEqualTo("KeyTextTests.Mail[address=joe.doe@cafe]");
        assertThat(KeyText.of(new Wrapper("joe.doe@cafe.de"))).isEqualTo("Wrapper(joe.doe@cafe.de)");
        assertThat(KeyText.of(new Shown(new byte[0]))).isEqualTo("shown");
    }

    @Test
    void severalValuesAreSeparatedByCommas() {
        assertThat(KeyText.of(List.of("7", 8))).isEqualTo("7,8");
        assertThat(KeyText.of(new Object[] {"7", 8})).isEqualTo("7,8");
        assertThat(KeyText.of(new int[] {7, 8})).isEqualTo("7,8");
        assertThat(KeyText.of(new ArrayDeque<>(List.of("7", "8")))).isEqualTo("7,8");
    }

    @Test
    void equalSetsAndMapsGiveOneKeyWhateverTheirOrder() {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            members.add("acc-" + i);
        }
        String sorted = KeyText.of(new TreeSet<>(members));
        Map<String, Integer> forwards = new LinkedHashMap<>();
        members.forEach(member -> forwards.put(member, member.length()));
        Map<String, Integer> backwards = new LinkedHashMap<>();
        Collections.reverse(members);
        members.forEach(member -> backwards.put(member, member.length()));
        assertThat(KeyText.of(new LinkedHashSet<>(members))).isEqualTo(sorted);
        assertThat(KeyText.of(Set.copyOf(members))).isEqualTo(sorted);
        assertThat(KeyText.of(new TreeSet<>(Collections.reverseOrder()) {
                    {
                        addAll(members);
                    }
                }))
                .isEqualTo(sorted);
        assertThat(KeyText.of(backwards)).isEqualTo(KeyText.of(forwards));
        assertThat(KeyText.of(Map.copyOf(forwards))).isEqualTo(KeyText.of(forwards));
        assertThat(KeyText.of(new Pair(Set.copyOf(members), 1)))
                .isEqualTo(KeyText.of(new Pair(new LinkedHashSet<>(members), 1)));
        assertThat(KeyText.of(Set.of("acc-2", "acc-1"))).isEqualTo("{acc-1,acc-2}");
        assertThat(KeyText.of(Map.of("b", 2, "a", 1))).isEqualTo("(a=1,b=2)");
    }

    @Test
    void differentValuesGiveDifferentKeys() {
        List<Object> values = List.of(
                List.of("a,b", "c"),
                List.of("a", "b,c"),
                List.of("a", "b", "c"),
                List.of(List.of("a", "b"), "c"),
                List.of("a", List.of("b", "c")),
                List.of("[a,b]", "c"),
                List.of(Set.of("a", "b"), "c"),
                List.of("{a,b}", "c"),
                List.of("a\\", "b"),
                List.of("a\\,b"),
                List.of("a", List.of()),
                List.of("a", ""),
                List.of("a", Set.of()),
                List.of("a", Map.of()),
                Set.of("a", "b", "c"),
                Set.of("a,b", "c"),
                Set.of("a", "b,c"),
                Set.of("a=1"),
                Map.of("a", 1),
                Map.of("a", "1,b=2"),
                Map.of("a", 1, "b", 2),
                Map.of("a=b", "c"),
                Map.of("a", "b=c"),
                new Pair("1, right=2", "3"),
                new Pair("1", "2, right=3"),
                new Pair("1,right=2", "3"),
                new Pair("1", "2,right=3"),
                new Pair(List.of("1"), "2"),
                new Pair("[1]", "2"),
                List.of(new Id("1"), 2),
                List.of("KeyTextTests.Id[value=1]", 2),
                new Order.Id(1),
                new Customer.Id(1));
        Map<String, Object> keys = new HashMap<>();
        for (Object value : values) {
            Object before = keys.put(KeyText.of(value), value);
            assertThat(before).as("gives the key of " + value).isNull();
        }
    }

    @Test
    void identitiesWithinTextsAreRefused() {
        refused(new Object(), "toString()");
        refused(new Bare(), "toString()");
        assertThat(KeyText.of(new Arr(new byte[] {1, 2}))).isEqualTo("KeyTextTests.Arr[content=[1,2]]");
        refused(new Pair("a", new Bare()), "Bare");
        refused(new AtomicReference<>(new Bare()), "Bare");
        refused(new Wrapper(new Bare()), "identity");
        refused(new Wrapper(new byte[0]), "identity");
        refused(new Wrapper(new String[0][0]), "identity");
        refused(new Wrapper((Runnable) () -> {}), "identity");
        refused(Arrays.asList("a", new Bare()), "Bare");
        refused(new CompletableFuture<>(), "identity");
        refused(new ReentrantLock(), "identity");
        refused((Runnable) () -> {}, "toString()");
    }

    @Test
    void valuesWithoutAnOrderOfTheirOwnAreRefused() {
        refused(new HashMap<>(Map.of("a", 1)).values(), "order");
        refused(new PriorityQueue<>(List.of("a", "b")), "order");
        Collection<String> unordered = Collections.unmodifiableCollection(Set.of("a", "b"));
        refused(unordered, "order");
        JsonMapper mapper = new JsonMapper();
        refused(mapper.readTree("{\"a\":1,\"b\":2}"), "properties");
        refused(mapper.readTree("[1,2]"), "properties");
        refused(mapper.readTree("\"text\""), "properties");
    }

    @Test
    void valuesWhoseTextSaysLessOrMoreThanTheirValueAreRefused() throws Exception {
        refused(ByteBuffer.wrap(new byte[] {1}), "properties");
        refused(InetAddress.getByName("127.0.0.1"), "properties");
        refused(Calendar.getInstance(), "properties");
        refused(Map.entry("a", "b"), "properties");
        refused(Pattern.compile("a", Pattern.CASE_INSENSITIVE), "properties");
        refused(new AtomicReferenceArray<>(new String[] {"a, b"}), "properties");
        refused(new IllegalStateException("a"), "properties");
        refused(null, "null");
        refused("", "blank");
        refused(List.of(), "empty collection");
        refused(new String[0], "empty collection, map or array");
        refused(Map.of(), "empty collection, map");
        refused(List.of("a", List.of("")), "blank");
        refused(Arrays.asList("a", null), "null");
        refused(new Pair("a", null), "null");
        refused(Optional.empty(), "null");
        refused("a\uD800", "surrogate");
    }

    @Test
    void dateDoesNotDependOnTheTimeZoneOfTheJvm() {
        Date date = Date.from(Instant.ofEpochSecond(TimeUnit.DAYS.toSeconds(1)));
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
            String tokyo = KeyText.of(date);
            TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
            assertThat(KeyText.of(date)).isEqualTo(tokyo).isEqualTo("1970-01-02T00:00:00Z");
        } finally {
            TimeZone.setDefault(before);
        }
    }

    /** They depend on the zone, or drop milliseconds, or are the same in the hour that comes twice. */
    @Test
    void datesOfSqlAreRefused() {
        refused(Timestamp.from(Instant.EPOCH), "toInstant() or toLocalDateTime()");
        refused(new Timestamp(0) {}, "toInstant() or toLocalDateTime()");
        refused(java.sql.Date.valueOf("2024-10-27"), "toLocalDate()");
        refused(new Time(500), "toLocalTime()");
        refused(List.of("a", new Timestamp(0)), "toInstant()");
        refused(new Date(0) {}, "toInstant()");
    }

    private static void refused(Object value, String hint) {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .as(String.valueOf(value))
                .isThrownBy(() -> KeyText.of(value))
                .withMessageContaining(hint);
    }
}
