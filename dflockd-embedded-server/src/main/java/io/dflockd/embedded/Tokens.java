package io.dflockd.embedded;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/** Makes the 32 hex digits that name a grant. Seeded at random; unique enough for tests. Confined to the event loop. */
final class Tokens {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
    private final char[] digits = new char[32];

    String next() {
        write(random.nextLong(), 0);
        write(random.nextLong(), 16);
        return new String(digits);
    }

    private void write(long bits, int offset) {
        for (int i = 0; i < 16; i++) {
            digits[offset + i] = HEX[(int) (bits >>> (60 - 4 * i)) & 0xf];
        }
    }
}
