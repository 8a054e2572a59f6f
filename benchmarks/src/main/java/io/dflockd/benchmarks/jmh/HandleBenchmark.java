package io.dflockd.benchmarks.jmh;

import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.server.Server;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.LockHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a caller may ask of a handle before each step, and what naming a lock costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init")
public class HandleBenchmark {

    private Server server;

    private DflockdClient client;

    private LockHandle handle;

    /** Holds a lock of a real server. */
    @Setup(Level.Trial)
    public void acquire() throws Exception {
        server = Server.of(new Options(List.of()), 1000);
        client = DflockdClient.builder().servers(server.addresses()).build();
        handle = client.lock("held").acquire();
    }

    /** Frees all. */
    @TearDown(Level.Trial)
    public void close() throws Exception {
        client.close();
        server.close();
    }

    /** Whether it is held: a comparison with the clock. */
    @Benchmark
    public boolean isHeld() {
        return handle.isHeld();
    }

    /** How long it is surely held. */
    @Benchmark
    public Duration remainingLease() {
        return handle.remainingLease();
    }

    /** A lock by its name. */
    @Benchmark
    public DistributedLock lock() {
        return client.lock("order:4711");
    }
}
