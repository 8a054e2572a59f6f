package io.dflockd.benchmarks.jmh;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import java.util.concurrent.TimeUnit;
import org.aopalliance.intercept.MethodInterceptor;
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
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What an annotated call costs beside the requests: the proxy, the key, the template. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init")
public class AnnotationBenchmark {

    private final Order order = new Order("4711");

    private final Service plain = new Service();

    private AnnotationConfigApplicationContext context;

    private Service locked;

    private Service proxied;

    private LockTemplate template;

    /** An argument with a property. */
    public record Order(String id) {}

    /** A context with the annotations switched on and locks that need no server. */
    @Setup(Level.Trial)
    public void start() {
        context = new AnnotationConfigApplicationContext(Beans.class);
        locked = context.getBean(Service.class);
        template = new LockTemplate(context.getBean(DflockdClient.class));
        ProxyFactory factory = new ProxyFactory(new Service());
        factory.setProxyTargetClass(true);
        factory.addAdvice((MethodInterceptor) invocation -> invocation.proceed());
        proxied = (Service) factory.getProxy();
    }

    /** Ends it. */
    @TearDown(Level.Trial)
    public void close() {
        context.close();
    }

    /** A call without anything. */
    @Benchmark
    public int plain() {
        return plain.byName(order);
    }

    /** A Spring proxy with an interceptor that does nothing: what any annotation costs. */
    @Benchmark
    public int emptyProxy() {
        return proxied.byName(order);
    }

    /** The template alone. */
    @Benchmark
    public int template() throws Exception {
        return template.execute("order", handle -> 1);
    }

    /** An annotation with a fixed name. */
    @Benchmark
    public int byName() {
        return locked.byName(order);
    }

    /** An annotation with a key from an argument. */
    @Benchmark
    public int byArgument() {
        return locked.byArgument(order.id());
    }

    /** An annotation with a key from a property of an argument. */
    @Benchmark
    public int byProperty() {
        return locked.byProperty(order);
    }

    /** The guarded service. */
    public static class Service {

        /** Fixed name. */
        @DistributedLocked("order")
        public int byName(Order order) {
            return 1;
        }

        /** Key from an argument. */
        @DistributedLocked(name = "order", key = "#id")
        public int byArgument(String id) {
            return 1;
        }

        /** Key from a property. */
        @DistributedLocked(name = "order", key = "#order.id")
        public int byProperty(Order order) {
            return 1;
        }
    }

    /** The context. */
    @Configuration
    @EnableDistributedLocking(proxyTargetClass = true)
    static class Beans {

        @Bean(destroyMethod = "close")
        DflockdClient client() {
            return DflockdClient.withoutLocking();
        }

        @Bean
        Service service() {
            return new Service();
        }
    }
}
