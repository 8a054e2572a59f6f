package io.dflockd.client.internal.loop;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** An executor runs a task that it also rejected. The task runs once. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "once")
@Outcome(expect = Expect.FORBIDDEN, desc = "not at all, or twice")
@State
public class RunOnceStress {

    private final AtomicInteger runs = new AtomicInteger();

    private final Runnable task = CallbackTask.of(runs::incrementAndGet);

    @Actor
    public void executor() {
        task.run();
    }

    @Actor
    public void fallback() {
        task.run();
    }

    @Arbiter
    public void arbiter(I_Result result) {
        result.r1 = runs.get();
    }
}
