package io.dflockd.client.internal.loop;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.ServerAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Two threads report an event each. Each event reaches the listener, delivered by either thread. */
@JCStressTest
@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both were delivered")
@Outcome(expect = Expect.FORBIDDEN, desc = "an event was lost or delivered twice")
@State
public class NotifierStress {

    private static final ServerAddress SERVER = new ServerAddress("127.0.0.1", 6388);

    private final AtomicInteger delivered = new AtomicInteger();

    private final ListenerNotifier notifier = new ListenerNotifier(
            List.of(new DflockdClientListener() {
                @Override
                public void connected(ServerAddress server, boolean reconnect) {
                    delivered.incrementAndGet();
                }
            }),
            Runnable::run,
            System::nanoTime);

    @Actor
    public void first() {
        notifier.accept(listener -> listener.connected(SERVER, false));
    }

    @Actor
    public void second() {
        notifier.accept(listener -> listener.connected(SERVER, true));
    }

    @Arbiter
    public void arbiter(I_Result result) {
        result.r1 = delivered.get();
    }
}
