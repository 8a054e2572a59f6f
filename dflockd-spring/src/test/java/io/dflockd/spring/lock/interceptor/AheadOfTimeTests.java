package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.DistributedScheduled;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

/** Ahead-of-time processing sees the proxies and the hints, and makes no client. */
class AheadOfTimeTests {

    @Test
    void processingGeneratesProxiesAndHintsWithoutAClient() {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.register(Guarding.class);
        InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
        DefaultGenerationContext generation =
                new DefaultGenerationContext(new ClassNameGenerator(ClassName.get("test", "Application")), files);
        new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        generation.writeGeneratedContent();
        assertThat(files.getGeneratedFiles(Kind.CLASS).keySet())
                .as("proxy classes made at build time")
                .anyMatch(name -> name.contains("AheadOfTimeTests$Orders$$SpringCGLIB"));
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(GuardExpressionRoot.class, "getArgs"))
                .accepts(generation.getRuntimeHints());
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Orders.class, "fulfil"))
                .as("@Reflective on the annotation")
                .accepts(generation.getRuntimeHints());
        assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Orders.class, "archive"))
                .as("@Reflective on the annotation of the annotation")
                .accepts(generation.getRuntimeHints());
    }

    static class Orders {

        @DistributedLocked(name = "order", key = "#root.args[0]")
        public String fulfil(String id) {
            return id;
        }

        @DistributedScheduled(name = "archive", holdAtLeast = "30s")
        public void archive() {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    static class Guarding {

        @Bean
        DflockdClient client() {
            throw new AssertionError("made while processing ahead of time");
        }

        @Bean
        Orders orders() {
            return new Orders();
        }
    }
}
