package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.micrometer.context.ContextRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The caller's context reaches asynchronous bodies where Boot's propagation is on, and only there. */
class ContextPropagationTests {

    private static final ThreadLocal<String> CALLER = new ThreadLocal<>();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    TaskExecutionAutoConfiguration.class,
                    DflockdAutoConfiguration.class,
                    DflockdAopAutoConfiguration.class,
                    DflockdLockAutoConfiguration.class))
            .withBean(Guarded.class)
            .withPropertyValues("dflockd.embedded.enabled=true");

    @BeforeEach
    void call() {
        ContextRegistry.getInstance().registerThreadLocalAccessor("caller", CALLER);
        CALLER.set("me");
    }

    @AfterEach
    void end() {
        CALLER.remove();
        ContextRegistry.getInstance().removeThreadLocalAccessor("caller");
    }

    @Test
    void withPropagation() {
        runner.withPropertyValues("spring.task.execution.propagate-context=true")
                .run(context -> {
                    assertThat(context.getBean(Guarded.class).caller())
                            .succeedsWithin(Duration.ofSeconds(10))
                            .isEqualTo("me");
                    assertThat(context.getBean(LockTemplate.class)
                                    .executeAsync(
                                            "k",
                                            handle -> CompletableFuture.completedFuture(String.valueOf(CALLER.get()))))
                            .succeedsWithin(Duration.ofSeconds(10))
                            .isEqualTo("me");
                });
    }

    @Test
    void withoutPropagation() {
        runner.run(context -> assertThat(context.getBean(Guarded.class).caller())
                .succeedsWithin(Duration.ofSeconds(10))
                .isEqualTo("null"));
    }

    static class Guarded {

        @DistributedLocked("job")
        public CompletableFuture<String> caller() {
            return CompletableFuture.completedFuture(String.valueOf(CALLER.get()));
        }
    }
}
