package io.dflockd.reliability.check;

import io.dflockd.reliability.history.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one process believed about one grant. */
final class Hold {

    final String process;

    final String resource;

    final long grantedAt;

    final String fence;

    /** The last time at which the process believed to hold it. */
    long heldUntil;

    final List<Entry> losses = new ArrayList<>();

    @Nullable
    Entry end;

    Hold(Entry granted) {
        this.process = granted.process();
        this.resource = granted.resource();
        this.grantedAt = granted.time();
        this.fence = granted.detail();
        this.heldUntil = granted.time();
    }

    boolean endedAsLost() {
        return end != null && end.detail().startsWith("lost");
    }

    @Override
    public String toString() {
        return resource + " of " + process + " from " + grantedAt + " to " + heldUntil;
    }
}
