package io.dflockd.client.internal.lock;

import io.dflockd.client.LossReason;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A loss listener is added while the holding is lost. It is called once, by whichever of the two comes second. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "called once")
@Outcome(expect = Expect.FORBIDDEN, desc = "not called, or called twice")
@State
public class LossListenerStress {

    private final AtomicInteger calls = new AtomicInteger();

    private final Holding holding = StressHoldings.held();

    private final Handle handle = new Handle(holding);

    public LossListenerStress() {
        holding.handedOut(handle);
    }

    @Actor
    public void listen() {
        handle.onLost((lost, reason) -> calls.incrementAndGet());
    }

    @Actor
    public void lose() {
        holding.lose(LossReason.LEASE_EXPIRED);
    }

    @Arbiter
    public void arbiter(I_Result result) {
        result.r1 = calls.get();
    }
}
