package io.dflockd.client.testserver;

import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;

/** What {@link io.dflockd.embedded.Faults} offers. For a process, a proxy before it misbehaves. */
public interface TestFaults {

    TestFault inject(Fault fault, FaultTarget target);

    TestFault closeAfterAccept(int connections);

    TestFault refuseConnections();

    TestFault stall();

    TestFault stall(long connectionId);

    void cut(long connectionId);

    void reset(long connectionId);

    void say(long connectionId, String line);

    int expireNow(String key);

    void clear();
}
