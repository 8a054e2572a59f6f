package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.retry.annotation.Backoff;
import org.springframework.retry.annotation.EnableRetry;
import org.springframework.retry.annotation.Retryable;

/** Spring Retry, whose retries are inside the lock unless their order is changed. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class SpringRetryTests {

    private static final int ATTEMPTS = 3;

    @RegisterExtension
    final LockServer locks = new LockServer();

    /** Of the lock of each attempt: three of a method with the annotation, three of a class with it. */
    private List<String> tokensWith(Class<?> configuration) {
        List<String> tokens = new ArrayList<>();
        GuardedContext.on(locks)
                .withUserConfiguration(configuration)
                .withBean(OnMethod.class)
                .withBean(OnClass.class)
                .run(context -> {
                    tokens.addAll(context.getBean(OnMethod.class).retried(new ArrayList<>()));
                    tokens.addAll(context.getBean(OnClass.class).retried(new ArrayList<>()));
                });
        assertThat(tokens).hasSize(2 * ATTEMPTS);
        return tokens;
    }

    @Test
    void retryInsideTheLockIsWarnedOf(CapturedOutput output) {
        assertThat(Set.copyOf(tokensWith(DefaultOrder.class)))
                .as("locks, one for each call")
                .hasSize(2);

        for (String method : List.of("OnMethod.retried(List)", "OnClass.retried(List)")) {
            assertThat(warnings(output))
                    .filteredOn(line -> line.contains(method))
                    .singleElement()
                    .asString()
                    .contains(
                            "one lock", "AnnotationAwareRetryOperationsInterceptor", "Ordered.LOWEST_PRECEDENCE - 200");
        }
        assertThat(warnings(output)).hasSize(2);
    }

    @Test
    void retryOutsideTheLockIsNotWarnedOf(CapturedOutput output) {
        assertThat(Set.copyOf(tokensWith(OrderOfTheWarning.class)))
                .as("locks, one for each attempt")
                .hasSize(2 * ATTEMPTS);

        assertThat(warnings(output)).isEmpty();
    }

    private static List<String> warnings(CapturedOutput output) {
        return output.getOut()
                .lines()
                .filter(line -> line.contains("WARN") && line.contains("RetryOperationsInterceptor"))
                .toList();
    }

    private static List<String> attempt(List<String> tokens) {
        tokens.add(LockContext.current().token());
        if (tokens.size() < ATTEMPTS) {
            throw new IllegalStateException("attempt " + tokens.size());
        }
        return tokens;
    }

    static class OnMethod {

        @Retryable(maxAttempts = ATTEMPTS, backoff = @Backoff(delay = 1))
        @DistributedLocked("method")
        public List<String> retried(List<String> tokens) {
            return attempt(tokens);
        }

        @DistributedLocked("method")
        public void unretried() {}
    }

    @Retryable(maxAttempts = ATTEMPTS, backoff = @Backoff(delay = 1))
    static class OnClass {

        @DistributedLocked("class")
        public List<String> retried(List<String> tokens) {
            return attempt(tokens);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableRetry
    static class DefaultOrder {}

    @Configuration(proxyBeanMethods = false)
    @EnableRetry(order = Ordered.LOWEST_PRECEDENCE - 200)
    static class OrderOfTheWarning {}
}
