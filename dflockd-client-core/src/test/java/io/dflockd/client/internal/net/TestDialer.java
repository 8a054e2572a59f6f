package io.dflockd.client.internal.net;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.internal.loop.TestLoop;
import java.util.ArrayDeque;
import java.util.Deque;

/** A dialer whose attempts succeed and fail when the test says so. After each step the loop has run. */
public final class TestDialer implements Dialer {

    private final TestLoop loop;

    private final Deque<Attempt> underWay = new ArrayDeque<>();

    private int dials;

    /** A dialer for the connections of a loop. */
    public TestDialer(TestLoop loop) {
        this.loop = loop;
    }

    private record Attempt(ServerAddress server, ConnectionOwner owner, Result result) {}

    @Override
    public Runnable dial(ServerAddress server, ConnectionOwner owner, Result result) {
        Attempt attempt = new Attempt(server, owner, result);
        underWay.add(attempt);
        dials++;
        return () -> {
            if (underWay.remove(attempt)) {
                result.failed(new ConnectionClosedException("the connection is no longer wanted"));
            }
        };
    }

    /** How many attempts there have been. */
    public int dials() {
        loop.settle();
        return dials;
    }

    /** How many attempts are under way. */
    public int underWay() {
        loop.settle();
        return underWay.size();
    }

    /** The oldest attempt succeeds. */
    public ServerEnd connect() {
        Attempt attempt = oldest();
        ServerEnd end = new ServerEnd(loop, attempt.server, ServerEnd.LIVENESS, attempt.owner);
        attempt.result.connected(end.connection());
        loop.settle();
        return end;
    }

    /** Opens it for somebody who needs nothing of it. */
    public ServerEnd open(SharedConnection connection) {
        connection.use(new SharedConnection.User() {
            @Override
            public void connected(Connection connection) {}

            @Override
            public void unavailable(DflockdException cause) {}

            @Override
            public boolean waitsAfter(DflockdException cause) {
                return false;
            }
        });
        return connect();
    }

    /** The oldest attempt fails, in a way that may pass. */
    public void refuse() {
        fail(new ServerUnreachableException("refused"));
    }

    /** The oldest attempt fails. */
    public void fail(DflockdException cause) {
        oldest().result.failed(cause);
        loop.settle();
    }

    private Attempt oldest() {
        loop.settle();
        Attempt attempt = underWay.poll();
        if (attempt == null) {
            throw new AssertionError("nobody dials");
        }
        return attempt;
    }
}
