package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.verify;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

/** What a test puts in the place of a guarded bean is the test's, and need not be guarded. */
class TestOverridesTests {

    @Nested
    @SpringJUnitConfig(Application.class)
    class Mocked {

        @MockitoBean
        Orders orders;

        @MockitoBean("contract")
        Contract contract;

        @Test
        void contextStartsWithTheMocks() {
            given(orders.fulfil("7")).willReturn("mocked");
            given(contract.agree()).willReturn("mocked");
            assertThat(orders.fulfil("7")).isEqualTo("mocked");
            assertThat(contract.agree()).isEqualTo("mocked");
        }
    }

    @Nested
    @SpringJUnitConfig(Application.class)
    class Replaced {

        @TestBean
        Orders orders;

        @Autowired
        Contract contract;

        static Orders orders() {
            return new Orders() {
                @Override
                public String fulfil(String id) {
                    return "replaced";
                }
            };
        }

        @Test
        void contextStartsWithTheReplacementAndGuardsTheOthers() {
            assertThat(orders.fulfil("7")).isEqualTo("replaced");
            assertThat(contract.agree()).isEqualTo("contract");
        }
    }

    @Nested
    @SpringJUnitConfig(Application.class)
    class Spied {

        @MockitoSpyBean
        Orders orders;

        @Test
        void spyIsBehindTheLock() {
            assertThat(AopUtils.isAopProxy(orders)).isTrue();
            assertThat(orders.fulfil("7")).isEqualTo("order:7");
            verify(orders).fulfil("7");
        }
    }

    /** A context without a test's overrides has no excuse for a bean that was made too early. */
    @Test
    void singletonThatAnApplicationMadeEarlyStillFailsTheStart() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.register(Application.class, MakesEarly.class);
            assertThatExceptionOfType(BeanCreationException.class)
                    .isThrownBy(context::refresh)
                    .havingRootCause()
                    .isInstanceOf(LockDefinitionException.class)
                    .withMessageContaining("'orders'");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class MakesEarly {

        @Bean
        static BeanFactoryPostProcessor early() {
            return beanFactory -> beanFactory.getBean("orders");
        }
    }

    static class Orders {

        @DistributedLocked(name = "order", key = "#id")
        public String fulfil(String id) {
            return LockContext.current().key();
        }
    }

    interface Contract {

        @DistributedLocked("contract")
        String agree();
    }

    static class Agreement implements Contract {

        @Override
        public String agree() {
            return LockContext.current().key();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    static class Application {

        @Bean
        DflockdClient client() {
            return DflockdClient.withoutLocking();
        }

        @Bean
        static Orders orders() {
            return new Orders();
        }

        @Bean
        Contract contract() {
            return new Agreement();
        }
    }
}
