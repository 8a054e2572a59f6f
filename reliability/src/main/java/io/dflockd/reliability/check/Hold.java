package io.dflockd.reliability.check;

import io.dflockd.reliability.history.Entry;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one process believed about one grant. */
final class Hold {

    final String process;

    final String resource;

    final long grantedAt;

    /** Null if the server issues none. */
    final @Nullable BigInteger fence;

    /** When the call began that was granted. */
    final long askedAt;

    /** Since when its place in the server's queue was confirmed; null if it was not. */
    final @Nullable Long queuedAt;

    /** The last time at which the process believed to hold it. */
    long heldUntil;

    final List<Entry> losses = new ArrayList<>();

    @Nullable
    Entry end;

    Hold(Entry granted) {
        this.process = granted.process();
        this.resource = granted.resource();
        this.grantedAt = granted.time();
        String[] details = granted.detail().split(" ", -1);
        this.fence = details[0].equals("-") ? null : new BigInteger(details[0]);
        this.askedAt = Long.parseLong(details[1]);
        this.queuedAt = details[2].equals("-") ? null : Long.valueOf(details[2]);
        this.heldUntil = granted.time();
    }

    boolean isOfSemaphore() {
        return resource.startsWith("semaphore");
    }

    boolean endedAsLost() {
        return end != null && end.detail().startsWith("lost");
    }

    @Override
    public String toString() {
        return resource + " of " + process + " from " + grantedAt + " to " + heldUntil + " (fence " + fence + ")";
    }
}
