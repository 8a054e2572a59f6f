package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import org.jspecify.annotations.Nullable;

/** A user of a shared connection that writes down what it gets. */
final class TestUser implements SharedConnection.User {

    private final boolean patient;

    private Runnable whenConnected = () -> {};

    private @Nullable Connection connection;

    private @Nullable DflockdException failure;

    private int calls;

    private TestUser(boolean patient) {
        this.patient = patient;
    }

    /** One that waits after failures that may pass. */
    static TestUser patient() {
        return new TestUser(true);
    }

    static TestUser impatient() {
        return new TestUser(false);
    }

    TestUser then(Runnable action) {
        whenConnected = action;
        return this;
    }

    /** The connection that it got. */
    Connection connection() {
        if (connection == null) {
            throw new AssertionError("nothing came");
        }
        return connection;
    }

    @Nullable
    DflockdException failure() {
        return failure;
    }

    /** How often it has been called: at most once. */
    int calls() {
        return calls;
    }

    @Override
    public void connected(Connection ready) {
        connection = ready;
        calls++;
        whenConnected.run();
    }

    @Override
    public void unavailable(DflockdException cause) {
        failure = cause;
        calls++;
    }

    @Override
    public boolean waitsAfter(DflockdException cause) {
        return patient;
    }
}
