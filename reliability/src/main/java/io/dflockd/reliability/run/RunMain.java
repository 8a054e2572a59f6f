package io.dflockd.reliability.run;

import java.util.List;

/** A phase as a process of its own, inside a network namespace. */
public final class RunMain {

    private RunMain() {}

    /** The arguments are those of {@link Settings#arguments}. */
    public static void main(String[] arguments) throws Exception {
        new Run(Settings.of(List.of(arguments))).run();
    }
}
