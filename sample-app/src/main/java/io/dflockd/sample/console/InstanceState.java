package io.dflockd.sample.console;

import java.util.List;

/**
 * What one instance tells the others about itself. Times are ages, because clocks differ.
 *
 * @param kill whether it lets the console end its process
 * @param server whether the server runs in its JVM, and so ends with it
 */
record InstanceState(String id, int port, boolean kill, boolean server, List<Held> held, List<Waiting> waiting) {

    InstanceState {
        held = List.copyOf(held);
        waiting = List.copyOf(waiting);
    }

    String name() {
        return Instance.nameOf(port);
    }

    record Held(String kind, String key, long ageMillis) {}

    record Waiting(String kind, String key, long waitedMillis) {}
}
