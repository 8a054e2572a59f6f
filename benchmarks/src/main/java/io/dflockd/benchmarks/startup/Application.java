package io.dflockd.benchmarks.startup;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.annotation.DistributedLocked;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** A small Boot application that prints how long its start took, and how many connections it has opened. */
final class Application {

    private Application() {}

    /** The auto-configurations that {@code without} leaves out. */
    static final String OURS = "io.dflockd.spring.boot.autoconfigure.";

    /** Starts it once; the argument is {@code with} or {@code without}. */
    public static void main(String[] arguments) {
        boolean with = arguments[0].equals("with");
        long begin = System.nanoTime();
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(with ? With.class : Without.class)
                .properties(Map.of("spring.main.banner-mode", "off", "logging.level.root", "warn"))
                .run()) {
            long took = System.nanoTime() - begin;
            int connections = context.getBeanProvider(DflockdClient.class).stream()
                    .flatMap(client -> client.snapshot().connections().values().stream())
                    .mapToInt(Integer::intValue)
                    .sum();
            System.out.println(took + " " + connections);
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

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class With {

        @Bean
        Orders orders() {
            return new Orders();
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration(
            excludeName = {
                OURS + "DflockdAutoConfiguration",
                OURS + "DflockdDisabledAutoConfiguration",
                OURS + "DflockdLockAutoConfiguration",
                OURS + "actuate.DflockdEndpointAutoConfiguration",
                OURS + "health.DflockdHealthContributorAutoConfiguration",
                OURS + "metrics.DflockdMetricsAutoConfiguration"
            })
    static class Without {

        @Bean
        Orders orders() {
            return new Orders();
        }
    }
}
