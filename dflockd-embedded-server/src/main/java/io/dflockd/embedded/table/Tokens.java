package io.dflockd.embedded.table;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Makes the 32 hex digits that identify a grant. Unique enough for tests. */
final class Tokens {

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());

    String next() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }
}
