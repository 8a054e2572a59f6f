package io.dflockd.benchmarks.stripes;

import io.dflockd.benchmarks.load.Stripes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Pairs of acquire and release between one client and one server, with more processors than a machine here has. A request goes
 * from a caller's thread to the loop of its connection, over the network to the server, and its answer the same way back. The
 * server handles the requests of a connection one after the other, in order, on any of its processors. Each pair is of a key of
 * its own, which is on any of the connections.
 *
 * <p>It knows processors only: the server's own locks, the network's width and the kernel are without limits, and a loop has a
 * processor for itself. So its throughput is an upper bound.
 */
final class Simulation {

    private final Costs costs;

    private final Clock clock = new Clock();

    private final Station callers;

    private final Station server;

    private final List<Connection> connections = new ArrayList<>();

    private final Random random = new Random(1);

    private long pairs;

    /**
     * Its result.
     *
     * @param perSecond pairs a second
     * @param serverProcessors processors of the server that were busy
     */
    record Result(double perSecond, double serverProcessors) {}

    private final class Connection {

        final Station loop;

        /** The goroutine of the connection: it has one request at a time. */
        private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

        private boolean serving;

        Connection(Station loop) {
            this.loop = loop;
        }

        void request(Runnable answered) {
            callers.take(
                    costs.callers() / 2,
                    () -> loop.take(
                            costs.loop() / 4,
                            () -> clock.in(costs.way(), () -> {
                                arrived(() -> clock.in(costs.way(), () -> loop.take(costs.loop() / 4, answered)));
                            })));
        }

        private void arrived(Runnable answer) {
            waiting.add(answer);
            serve();
        }

        private void serve() {
            if (serving || waiting.isEmpty()) {
                return;
            }
            serving = true;
            Runnable answer = waiting.remove();
            server.take(costs.server() / 2, () -> {
                serving = false;
                answer.run();
                serve();
            });
        }
    }

    private Simulation(Costs costs, Stripes stripes, int callerProcessors, int serverProcessors) {
        this.costs = costs;
        this.callers = new Station(clock, callerProcessors);
        this.server = new Station(clock, serverProcessors);
        List<Station> loops = new ArrayList<>();
        for (int i = 0; i < stripes.loops(); i++) {
            loops.add(new Station(clock, 1));
        }
        for (int i = 0; i < stripes.connections(); i++) {
            connections.add(new Connection(loops.get(i % stripes.loops())));
        }
    }

    /** Simulates a number of pairs, after a tenth of it that does not count. */
    static Result run(
            Costs costs, Stripes stripes, int callerProcessors, int serverProcessors, int inFlight, int measuredPairs) {
        Simulation simulation = new Simulation(costs, stripes, callerProcessors, serverProcessors);
        for (int i = 0; i < inFlight; i++) {
            simulation.pair();
        }
        simulation.runUntil(measuredPairs / 10);
        double begin = simulation.clock.now();
        double busy = simulation.server.busyNanos();
        long before = simulation.pairs;
        simulation.runUntil(before + measuredPairs);
        double time = simulation.clock.now() - begin;
        return new Result((simulation.pairs - before) * 1e9 / time, (simulation.server.busyNanos() - busy) / time);
    }

    private void runUntil(long number) {
        while (pairs < number && clock.step()) {
            // The step is the work.
        }
    }

    private void pair() {
        Connection connection = connections.get(random.nextInt(connections.size()));
        connection.request(() -> connection.request(() -> {
            pairs++;
            pair();
        }));
    }
}
