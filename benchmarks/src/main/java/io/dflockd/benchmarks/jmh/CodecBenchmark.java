package io.dflockd.benchmarks.jmh;

import io.dflockd.client.FieldRules;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Target;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Writing requests, reading answers, checking keys. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    private final Target target = Target.lock("order:4711");

    private final String key = "order:4711";

    private final ServerAddress server = new ServerAddress("127.0.0.1", ServerAddress.DEFAULT_PORT);

    private final String grant = "ok " + TOKEN + " 33 4711";

    /** The bytes of an acquire. */
    @Benchmark
    public byte[] writeAcquire() {
        return Requests.acquire(target, 10, 30);
    }

    /** The bytes of a release. */
    @Benchmark
    public byte[] writeRelease() {
        return Requests.release(target, TOKEN);
    }

    /** A grant's token, lease and fence. */
    @Benchmark
    public Reply.Grant readGrant() {
        return new Reply(server, grant).grant(false);
    }

    /** The check of a key, and its bytes. */
    @Benchmark
    public byte[] checkKey() {
        return FieldRules.key(key);
    }
}
