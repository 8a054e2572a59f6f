package io.dflockd.embedded.server;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** What a client might send, and what none would. */
final class RandomRequests {

    private static final String[] COMMANDS =
            "l r n e w sl sr sn se sw rl wl re we listen unlisten signal stats auth ping L x".split(" ");

    private static final String[] KEYS = {"k", "k2", "a.b", "a.*", ">", "", "a b", "\u00ff\u00fe", "\0", "k\r"};

    private static final String[] WORDS = {
        "0",
        "1",
        "2",
        "+1",
        "-1",
        "x",
        "9223372036",
        "9223372037",
        "18446744074",
        "99999999999999999999",
        "\t",
        "\u00c2\u00a0",
        "\u00e2\u0080\u0080",
        "\r",
        "secret",
        "0123456789abcdef0123456789abcdef"
    };

    /** Longer than any line may be. */
    private static final int LONGEST_RUN = 70_000;

    private RandomRequests() {}

    private static String pick(String[] choice, RandomGenerator random) {
        return choice[random.nextInt(choice.length)];
    }

    /** Some requests, most of them whole. */
    static byte[] some(RandomGenerator random) {
        StringBuilder bytes = new StringBuilder();
        for (int requests = 1 + random.nextInt(5); requests > 0; requests--) {
            int chance = random.nextInt(100);
            if (chance < 4) {
                bytes.append(noise(random));
            } else {
                // Only this one takes long lines, where it does.
                bytes.append(chance < 6 ? "auth" : pick(COMMANDS, random)).append('\n');
                bytes.append(pick(KEYS, random)).append('\n');
                bytes.append(chance < 8 ? run(random) : words(random)).append('\n');
            }
        }
        if (random.nextInt(10) == 0) {
            bytes.setLength(random.nextInt(bytes.length() + 1));
        }
        return bytes.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String words(RandomGenerator random) {
        StringBuilder words = new StringBuilder();
        for (int count = random.nextInt(5); count > 0; count--) {
            words.append(pick(WORDS, random)).append(" ".repeat(random.nextInt(3)));
        }
        return words.toString();
    }

    /** The same word many times. */
    private static String run(RandomGenerator random) {
        String word = random.nextBoolean() ? " " : pick(WORDS, random);
        int largest = random.nextBoolean() ? 257 : LONGEST_RUN;
        String run = word.repeat(random.nextInt(largest) / word.length());
        return (random.nextBoolean() ? "" : "x") + run + (random.nextBoolean() ? "" : "x");
    }

    private static String noise(RandomGenerator random) {
        byte[] noise = new byte[random.nextInt(600)];
        random.nextBytes(noise);
        return new String(noise, StandardCharsets.ISO_8859_1);
    }

    /** Any bytes. Line breaks are frequent. */
    static byte[] noise(RandomGenerator random, int maxLength) {
        byte[] bytes = new byte[random.nextInt(maxLength + 1)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            if (random.nextInt(16) == 0) {
                bytes[i] = '\n';
            }
        }
        return bytes;
    }
}
