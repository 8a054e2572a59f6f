package io.dflockd.client.internal.lock;

import io.dflockd.client.DocumentedStates;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The tables of states in {@code docs/client.md} list exactly the transitions that the code allows. */
class DocumentedStateTests {

    @Test
    void acquisition() throws IOException {
        DocumentedStates.check("acquisition", Acquisition.State.values(), Acquisition.State::mayBecome);
    }

    @Test
    void queuePlace() throws IOException {
        DocumentedStates.check("queue place", QueuePlace.State.values(), QueuePlace.State::mayBecome);
    }
}
