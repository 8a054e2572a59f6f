package io.dflockd.benchmarks.startup;

import io.dflockd.benchmarks.measure.Span;
import io.dflockd.client.DflockdClient;
import io.dflockd.spring.annotation.DistributedLocked;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** A small Boot application that prints how long its start took, and how many connections it has opened. */
final class Application {

    private Application() {}

    private static final String OURS = "io.dflockd.";

    /** Starts it once; the argument is {@code with} or {@code without}. */
    public static void main(String[] arguments) {
        boolean with = arguments[0].equals("with");
        Span begin = Span.begin();
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Guarded.class)
                .properties(Map.of(
                        "spring.main.banner-mode", "off", "spring.autoconfigure.exclude", with ? "" : excluded()))
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
}
