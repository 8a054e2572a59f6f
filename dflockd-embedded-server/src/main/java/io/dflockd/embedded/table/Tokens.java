package io.dflockd.embedded.table;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Makes the 32 hex digits that identify a grant. Unique enough for tests. */
final class Tokens {

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
    private final boolean withFence;

    Tokens(Dialect dialect) {
        this.withFence = dialect.fences() == Dialect.Fences.TOKEN;
    }

    String next(long fence) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(withFence ? fence : random.nextLong()) + hex.toHexDigits(random.nextLong());
    }
}
