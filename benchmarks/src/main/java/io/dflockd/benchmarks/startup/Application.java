package io.dflockd.benchmarks.startup;

import io.dflockd.benchmarks.measure.Span;
import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * A small Boot application that prints how long its start took, and how many connections it has opened. It has one bean,
 * whose method is guarded, cached, or nothing.
 */
final class Application {

    private Application() {}

    private static final String OURS = "io.dflockd.";

    /** The kinds of the one bean. */
    enum Kind {
        /** Annotated, but not guarded: the auto-configurations are left out. */
        PLAIN(Guarded.class),
        /** Guarded. */
        GUARDED(Guarded.class),
        /** Cached: the cost of Spring's own support for one annotation. */
        CACHED(Cached.class),
        /** Behind the advisor of a starter that does nothing. */
        BARE(Bare.class),
        /** Both: the cost of a guarded bean in an application that has proxies already. */
        CACHED_AND_GUARDED(Cached.class, Guarded.class);

        private final Class<?>[] sources;

        Kind(Class<?>... sources) {
            this.sources = sources;
        }

        private boolean isGuarded() {
            return this == GUARDED || this == CACHED_AND_GUARDED;
        }
    }

    /** Starts it once; the argument is the {@link Kind}. */
    public static void main(String[] arguments) {
        Kind kind = Kind.valueOf(arguments[0]);
        Span begin = Span.begin();
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(kind.sources)
                .properties(Map.of(
                        "spring.main.banner-mode",
                        "off",
                        "spring.autoconfigure.exclude",
                        kind.isGuarded() ? "" : excluded()))
                .run()) {
            Span took = begin.end();
            int connections = context.getBeanProvider(DflockdClient.class).stream()
                    .flatMap(client -> client.snapshot().connections().values().stream())
                    .mapToInt(Integer::intValue)
                    .sum();
            System.out.println(took.wallNanos() + " " + took.cpuNanos() + " " + connections);
        }
    }

    /** The guarded work. */
    static class Orders {

        /** Guarded. */
        @DistributedLocked(name = "order", key = "#id")
        public String fulfil(String id) {
            return id;
        }
    }

    /** The cached work. */
    static class CachedOrders {

        /** Cached. */
        @Cacheable(cacheNames = "order", key = "#id")
        public String fulfil(String id) {
            return id;
        }
    }

    /** The work behind an advisor that does nothing. */
    static class BareOrders {

        /** Annotated. */
        @BareStarter.BareLocked
        public String fulfil(String id) {
            return id;
        }
    }

    private static String excluded() {
        return ImportCandidates.load(AutoConfiguration.class, Application.class.getClassLoader())
                .getCandidates()
                .stream()
                .filter(name -> name.startsWith(OURS))
                .collect(Collectors.joining(","));
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Guarded {

        @Bean
        Orders orders() {
            return new Orders();
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @EnableCaching
    static class Cached {

        @Bean
        CachedOrders cachedOrders() {
            return new CachedOrders();
        }

        @Bean
        CacheManager cacheManager() {
            return new ConcurrentMapCacheManager("order");
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @ImportAutoConfiguration({
        BareStarter.ClientAutoConfiguration.class,
        BareStarter.TemplateAutoConfiguration.class,
        BareStarter.AdvisorAutoConfiguration.class
    })
    static class Bare {

        @Bean
        BareOrders bareOrders() {
            return new BareOrders();
        }
    }
}
