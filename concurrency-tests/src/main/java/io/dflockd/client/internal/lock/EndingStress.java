package io.dflockd.client.internal.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LossReason;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** A holding is released and lost at the same time. It ends one way, and its loss listener is called only if it was lost. */
@JCStressTest
@Outcome(id = "true, false, 0", expect = Expect.ACCEPTABLE, desc = "released")
@Outcome(id = "false, true, 1", expect = Expect.ACCEPTABLE, desc = "lost")
@Outcome(expect = Expect.FORBIDDEN, desc = "both, neither, or the wrong number of calls")
@State
public class EndingStress {

    private final AtomicInteger calls = new AtomicInteger();

    private final Holding holding = StressHoldings.held();

    private final Handle handle = new Handle(holding);

    public EndingStress() {
        holding.handedOut(handle);
        handle.onLost((lost, reason) -> calls.incrementAndGet());
    }

    @Actor
    public void release() {
        handle.releaseUnused();
    }

    @Actor
    public void lose() {
        holding.lose(LossReason.LEASE_EXPIRED);
    }

    @Arbiter
    public void arbiter(ZZI_Result result) {
        result.r1 = handle.state() == LockHandle.State.RELEASED;
        result.r2 = holding.lossReason() != null;
        result.r3 = calls.get();
    }
}
