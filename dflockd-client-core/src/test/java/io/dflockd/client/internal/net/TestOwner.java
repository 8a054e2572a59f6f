package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An owner that writes down what its connections tell it. */
final class TestOwner implements ConnectionOwner {

    /** Pushed lines and ends, in order. */
    final List<String> seen = new ArrayList<>();

    /** The cause of the last end. */
    @Nullable
    DflockdException cause;

    /** Whether it sends something in place of keep-alives. */
    boolean hasSomethingToSend;

    @Override
    public void closed(Connection connection, @Nullable DflockdException why) {
        seen.add(why == null ? "closed" : "closed " + why.getClass().getSimpleName());
        cause = why;
    }

    @Override
    public void pushed(Connection connection, String line) {
        seen.add(line);
    }

    @Override
    public boolean keepAlive(Connection connection) {
        return hasSomethingToSend;
    }
}
