package io.dflockd.client.internal.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A task is added while the loop falls asleep. Either the loop sees the task, or the thread that added it wakes the loop. The
 * task is published by an ordered store, as Netty's task queue does.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "both see each other")
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "the loop sees the task")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "the loop is woken")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "the task is left behind")
@State
public class WakeUpStress {

    private static final VarHandle TASK;

    static {
        try {
            TASK = MethodHandles.lookup().findVarHandle(WakeUpStress.class, "task", boolean.class);
        } catch (ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final LoopIoHandler.SleepState sleep = new LoopIoHandler.SleepState();

    private boolean task;

    @Actor
    public void loop(ZZ_Result result) {
        sleep.fallAsleep();
        result.r1 = (boolean) TASK.getVolatile(this);
    }

    @Actor
    public void caller(ZZ_Result result) {
        TASK.setRelease(this, true);
        result.r2 = sleep.mustWake();
    }
}
