package io.dflockd.client.internal.net;

import io.dflockd.client.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** What a server might say, and what none would. */
public final class RandomAnswers {

    private static final String[] WORDS = {
        "ok",
        "timeout",
        "acquired",
        "queued",
        "error",
        "error_auth",
        "error_max_locks",
        "error_max_waiters",
        "error_limit_mismatch",
        "error_type_mismatch",
        "error_already_enqueued",
        "error_not_enqueued",
        "error_lease_expired",
        "error_draining",
        "error_not_leader",
        "sig",
        "OK",
        "okay",
        ""
    };

    private static final String[] FIELDS = {
        "0",
        "1",
        "5",
        "20",
        "33",
        "-1",
        "+7",
        "007",
        "x",
        "",
        "9223372036",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "99999999999999999999999",
        "0123456789abcdef0123456789abcdef",
        "a.b",
        "{}",
        "{\"connections\":1}",
        "\u00e9\u9375",
        "\r"
    };

    private static final String[] STATS = {
        "{\"connections\":3,\"locks\":[{\"key\":\"k\",\"owner_conn_id\":1,\"lease_expires_in_s\":9.5,\"waiters\":0,\"fence\":7}]}",
        "{\"connections\":1,\"semaphores\":[{\"key\":\"k\",\"limit\":3,\"holders\":1,\"waiters\":2}],\"idle_locks\":[]}",
        "{\"idle_semaphores\":[{\"key\":\"k\",\"idle_s\":1e3}],\"signal_channels\":[{\"pattern\":\"a.>\",\"listeners\":1}]}"
    };

    private RandomAnswers() {}

    /** An answer of the protocol to a command, without its line break. */
    public static String fitting(String command, RandomGenerator random) {
        String grant = " t" + random.nextInt(1000) + " " + (1 + random.nextInt(40))
                + (random.nextBoolean() ? " " + random.nextInt(1000) : "");
        return switch (command) {
            case "l", "sl", "w", "sw" -> Fuzz.percent(random, 60) ? "ok" + grant : "timeout";
            case "e", "se" -> Fuzz.percent(random, 90) ? "queued" : "acquired" + grant;
            case "n", "sn" -> Fuzz.percent(random, 80) ? "ok " + (1 + random.nextInt(40)) : "error";
            case "signal" -> "ok " + random.nextInt(10);
            case "stats" -> "ok " + Fuzz.pick(random, STATS);
            default -> random.nextBoolean() ? "ok" : "error";
        };
    }

    /** A line of words that are in the protocol, in any order. */
    public static String odd(RandomGenerator random) {
        StringBuilder line = new StringBuilder(Fuzz.pick(random, WORDS));
        for (int fields = random.nextInt(5); fields > 0; fields--) {
            line.append(' ').append(Fuzz.pick(random, FIELDS));
        }
        return line.toString();
    }

    /** Any bytes. Line breaks are frequent. */
    public static byte[] noise(RandomGenerator random, int maxLength) {
        byte[] bytes = new byte[random.nextInt(maxLength + 1)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            if (random.nextInt(16) == 0) {
                bytes[i] = '\n';
            }
        }
        return bytes;
    }

    /** The same with a few changes: bytes that are others, missing, or there twice. */
    public static byte[] damaged(byte[] bytes, RandomGenerator random) {
        byte[] changed = bytes.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0 && changed.length > 0; changes--) {
            int at = random.nextInt(changed.length);
            int end = Math.min(changed.length, at + 1 + random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> changed[at] = (byte) random.nextInt(256);
                case 1 -> changed = join(Arrays.copyOf(changed, at), Arrays.copyOfRange(changed, end, changed.length));
                case 2 -> changed = join(Arrays.copyOf(changed, end), Arrays.copyOfRange(changed, at, changed.length));
                default -> changed[at] = '\n';
            }
        }
        return changed;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    /** A text as it is sent. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
