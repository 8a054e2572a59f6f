package io.dflockd.client.internal.signal;

import io.dflockd.client.DflockdException;
import io.dflockd.client.FieldRules;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whether the server of one connection has signals. A refusal of {@code listen} or {@code signal} does not say: a server
 * without signals and one that does not allow this request both answer {@code error}. So a harmless question follows:
 * {@code unlisten} of a pattern that nobody listens to, to which every server with signals answers {@code ok}. Confined to the
 * event loop.
 */
final class SignalSupport {

    /** Never subscribed to. */
    private static final byte[] PROBE = FieldRules.pattern("_.dflockd-client.probe");

    private static final byte[] NO_GROUP = {};

    private enum Answer {
        YES,
        NO,
        UNKNOWN
    }

    private record Waiter(Runnable known, Consumer<DflockdException> failed) {}

    private final ClientLoop loop;
    private final Connection connection;
    private final List<Waiter> waiting = new ArrayList<>();
    private Answer answer = Answer.UNKNOWN;

    SignalSupport(ClientLoop loop, Connection connection) {
        this.loop = loop;
        this.connection = connection;
    }

    /** Whether the server is known to have no signals. */
    boolean isMissing() {
        return answer == Answer.NO;
    }

    boolean isOn(Connection other) {
        return connection == other;
    }

    /** The server has accepted a signal or a subscription. */
    void confirmed() {
        answer = Answer.YES;
    }

    /** Runs a task when the answer is known; now, if it is. */
    void whenKnown(Runnable task, Consumer<DflockdException> connectionEnded) {
        if (answer != Answer.UNKNOWN) {
            task.run();
            return;
        }
        waiting.add(new Waiter(task, connectionEnded));
        if (waiting.size() == 1) {
            Exchange probe = Exchange.of(
                    (reply, sentAt) -> {
                        answer = reply.is(Status.ERROR) ? Answer.NO : Answer.YES;
                        loop.forEach(takeWaiting(), waiter -> waiter.known.run());
                    },
                    cause -> loop.forEach(takeWaiting(), waiter -> waiter.failed.accept(cause)));
            connection.send(Requests.unlisten(PROBE, NO_GROUP), probe);
        }
    }

    private List<Waiter> takeWaiting() {
        List<Waiter> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }
}
