package io.dflockd.client.internal.leader;

import io.dflockd.client.LeaderElection;
import io.dflockd.client.RevocationReason;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LZ_Result;

/** A candidate is elected while it is closed. Both callbacks are called, in order, or none of them; it does not lead afterwards. */
@JCStressTest
@Outcome(id = "none, true", expect = Expect.ACCEPTABLE, desc = "not elected, or for too short a time")
@Outcome(id = "GR, true", expect = Expect.ACCEPTABLE, desc = "elected, then revoked")
@Outcome(expect = Expect.FORBIDDEN, desc = "callbacks without their partner or in the wrong order, or still open")
@State
public class GrantStress {

    private final StressElection stress = new StressElection();

    @Actor
    public void grant() {
        stress.election.ask();
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
