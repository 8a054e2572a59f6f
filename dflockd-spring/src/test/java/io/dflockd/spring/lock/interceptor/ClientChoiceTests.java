package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Primary;
import org.springframework.core.NestedExceptionUtils;

/** Of several clients, the one that getBean gives is used; where it gives none, the start fails. */
class ClientChoiceTests {

    private final ApplicationContextRunner runner = GuardedContext.withoutClient();

    @Test
    void clientThatTheContainerChoosesIsUsed() {
        for (Class<?> clients :
                new Class<?>[] {WithPrimary.class, WithFallback.class, WithNonDefault.class, WithNonCandidate.class}) {
            runner.withUserConfiguration(clients).withBean(Guarded.class).run(context -> {
                assertThat(context).as(clients.getSimpleName()).hasNotFailed();
                assertThat(context.getBean(Guarded.class).guarded()).isEqualTo("name");
                assertThat(context.getBean(Guarded.class).limited()).isEqualTo("limit");
            });
        }
    }

    @Test
    void clientOfTheParentIsUsed() {
        for (Class<?> clients : new Class<?>[] {WithPrimary.class, WithFallback.class}) {
            new ApplicationContextRunner()
                    .withUserConfiguration(clients)
                    .run(parent -> runner.withParent(parent)
                            .withBean(Guarded.class)
                            .run(context -> {
                                assertThat(context).as(clients.getSimpleName()).hasNotFailed();
                                assertThat(context.getBean(Guarded.class).guarded())
                                        .isEqualTo("name");
                            }));
        }
    }

    @Test
    void clientOfTheContextGoesBeforeThatOfTheParent() {
        new ApplicationContextRunner()
                .withUserConfiguration(Several.class)
                .run(parent -> runner.withParent(parent)
                        .withBean("own", DflockdClient.class, DflockdClient::withoutLocking)
                        .withBean(Guarded.class)
                        .run(context -> {
                            assertThat(context).hasNotFailed();
                            assertThat(context.getBean(Guarded.class).guarded()).isEqualTo("name");
                        }));
    }

    @Test
    void severalWithoutAChoiceFailTheStart() {
        runner.withUserConfiguration(Several.class)
                .withBean(Guarded.class)
                .run(context -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("[first, second]"));
        runner.withUserConfiguration(TwoPrimary.class)
                .withBean(Guarded.class)
                .run(context -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("[first, second]"));
        new ApplicationContextRunner()
                .withUserConfiguration(WithPrimary.class)
                .run(parent -> runner.withParent(parent)
                        .withUserConfiguration(Several.class)
                        .withBean(Guarded.class)
                        .run(context -> assertThat(
                                        NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                                .as("getBean does not ask the parent either")
                                .isInstanceOf(LockDefinitionException.class)));
    }

    static class Guarded {

        @DistributedLocked("name")
        public String guarded() {
            return LockContext.current().key();
        }

        @DistributedConcurrencyLimit(name = "limit", limit = 2)
        public String limited() {
            return LockContext.current().key();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Several {

        @Bean
        DflockdClient first() {
            return DflockdClient.withoutLocking();
        }

        @Bean
        DflockdClient second() {
            return DflockdClient.withoutLocking();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoPrimary {

        @Bean
        @Primary
        DflockdClient first() {
            return DflockdClient.withoutLocking();
        }

        @Bean
        @Primary
        DflockdClient second() {
            return DflockdClient.withoutLocking();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithPrimary {

        @Bean
        @Primary
        DflockdClient first() {
            return DflockdClient.withoutLocking();
        }

        @Bean
        DflockdClient second() {
            return DflockdClient.withoutLocking();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithFallback {

        @Bean
        @Fallback
        DflockdClient first() {
            return DflockdClient.withoutLocking();
        }

        @Bean
        DflockdClient second() {
            return DflockdClient.withoutLocking();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithNonDefault {

        @Bean(defaultCandidate = false)
        DflockdClient first() {
            return DflockdClient.withoutLocking();
        }

        @Bean
        DflockdClient second() {
            return DflockdClient.withoutLocking();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithNonCandidate {

        @Bean(autowireCandidate = false)
        DflockdClient first() {
            return DflockdClient.withoutLocking();
        }

        @Bean
        DflockdClient second() {
            return DflockdClient.withoutLocking();
        }
    }
}
