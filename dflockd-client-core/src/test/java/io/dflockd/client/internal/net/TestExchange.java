package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.wire.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that writes down what becomes of it. */
final class TestExchange extends Exchange {

    private final List<String> answers = new ArrayList<>();

    private final boolean toleratesError;

    private Runnable whenAnswered = () -> {};

    private @Nullable DflockdException failure;

    TestExchange() {
        this(false);
    }

    TestExchange(boolean toleratesError) {
        this.toleratesError = toleratesError;
    }

    /** Does something in the middle of the answer's handling. */
    TestExchange then(Runnable action) {
        whenAnswered = action;
        return this;
    }

    /** The answer; empty before it. */
    List<String> answers() {
        return answers;
    }

    @Nullable
    DflockdException failure() {
        return failure;
    }

    boolean isOpen() {
        return answers.isEmpty() && failure == null;
    }

    @Override
    protected boolean toleratesError() {
        return toleratesError;
    }

    @Override
    protected void answered(Reply reply) {
        answers.add(reply.line());
        whenAnswered.run();
    }

    @Override
    protected void failed(DflockdException cause) {
        failure = cause;
    }
}
