package io.dflockd.reliability.run;

import java.io.IOException;
import java.util.List;

/** The path of one worker to all servers. */
interface Link extends AutoCloseable {

    /** Ends a failure. */
    interface Ending {

        Ending NOTHING = () -> {};

        void run() throws IOException, InterruptedException;
    }

    /** What the worker connects to. */
    List<String> addresses();

    /** The words before the command of the worker. */
    List<String> prefix();

    /** Begins a failure of the network. */
    Ending begin(Fault fault) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
