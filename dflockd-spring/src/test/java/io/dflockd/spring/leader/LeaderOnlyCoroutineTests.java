package io.dflockd.spring.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** {@code suspend} functions and {@code Flow} in Kotlin that only the leader runs. */
@Timeout(60)
class LeaderOnlyCoroutineTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    @AfterEach
    void close() {
        context.close();
    }

    private LeaderFunctions functions() {
        context.register(LeaderOnlyTests.Application.class, LeaderFunctions.class);
        context.refresh();
        return context.getBean(LeaderFunctions.class);
    }

    /** The object behind the proxy, whose fields the functions use. */
    private static LeaderFunctions target(LeaderFunctions proxy) {
        return (LeaderFunctions) AopProxyUtils.getSingletonTarget(proxy);
    }

    private LeaderRoles roles() {
        return context.getBean(LeaderRoles.class);
    }

    @Test
    void functionsOfOthersThanTheLeaderAreSkipped() {
        LeaderFunctions functions = functions();
        assertThat(LeaderCoroutines.text(functions)).succeedsWithin(SOON).isNull();
        assertThat(LeaderCoroutines.nothing(functions)).succeedsWithin(SOON).isEqualTo("done");
        assertThat(LeaderCoroutines.parts(functions)).succeedsWithin(SOON).isEqualTo(List.of());
        assertThat(LeaderCoroutines.laterParts(functions)).succeedsWithin(SOON).isEqualTo(List.of());
        assertThat(LeaderCoroutines.failing(functions)).succeedsWithin(SOON).isNull();
        assertThat(target(functions).getRan()).isZero();
    }

    @Test
    void leaderRunsThem() {
        LeaderFunctions functions = functions();
        roles().start();
        target(functions).getGate().complete("value");
        assertThat(LeaderCoroutines.text(functions)).succeedsWithin(SOON).isEqualTo("value");
        assertThat(LeaderCoroutines.nothing(functions)).succeedsWithin(SOON).isEqualTo("done");
        assertThat(LeaderCoroutines.parts(functions)).succeedsWithin(SOON).isEqualTo(List.of("a", "b"));
        assertThat(LeaderCoroutines.laterParts(functions)).succeedsWithin(SOON).isEqualTo(List.of("a", "b"));
        assertThat(target(functions).getRan()).isEqualTo(4);
        assertThat(LeaderCoroutines.failing(functions))
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void functionThatHasBegunEndsAfterTheLeadership() {
        LeaderFunctions functions = functions();
        roles().start();
        CompletableFuture<String> running = LeaderCoroutines.text(functions);
        await().atMost(SOON).until(() -> target(functions).getRan() == 1);
        roles().stop();
        assertThat(LeaderCoroutines.text(functions)).succeedsWithin(SOON).isNull();
        target(functions).getGate().complete("value");
        assertThat(running).succeedsWithin(SOON).isEqualTo("value");
    }

    @Test
    void functionThatPromisesAValueFailsTheStart() {
        context.register(LeaderOnlyTests.Application.class, PromisingFunction.class);
        assertThatExceptionOfType(LockDefinitionException.class)
                .isThrownBy(context::refresh)
                .withMessageContaining("PromisingFunction.promised")
                .withMessageContaining("promises a value");
    }
}
