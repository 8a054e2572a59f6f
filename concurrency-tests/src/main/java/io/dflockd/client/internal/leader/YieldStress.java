package io.dflockd.client.internal.leader;

import io.dflockd.client.LeaderElection;
import io.dflockd.client.Leadership;
import io.dflockd.client.RevocationReason;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LZ_Result;

/** A leader yields while it is closed. Each term is revoked once, and the election ends closed. */
@JCStressTest
@Outcome(id = "GR, true", expect = Expect.ACCEPTABLE, desc = "closed before it was a candidate again")
@Outcome(id = "GRGR, true", expect = Expect.ACCEPTABLE, desc = "elected again before it was closed")
@Outcome(expect = Expect.FORBIDDEN, desc = "revoked twice or not at all, or still open")
@State
public class YieldStress {

    private final StressElection stress = new StressElection();

    private final Leadership leadership;

    public YieldStress() {
        stress.election.ask();
        leadership = stress.election.leadership().orElseThrow();
    }

    @Actor
    public void giveUp() {
        leadership.yield();
    }

    @Actor
    public void close() {
        stress.election.end(RevocationReason.ELECTION_CLOSED);
    }

    @Arbiter
    public void arbiter(LZ_Result result) {
        result.r1 = stress.told();
        result.r2 = stress.election.state() == LeaderElection.State.CLOSED && !stress.election.isLeader();
    }
}
