package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.stream.Stream;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;

/** Proxies that Spring did not make, classes that cannot be proxied, and proxies that were serialized. */
class ForeignProxiesTests {

    private final ApplicationContextRunner runner =
            GuardedContext.withoutClient().withBean("client", DflockdClient.class, DflockdClient::withoutLocking);

    @Test
    void plainProxyAroundOursIsAccepted() {
        runner.withUserConfiguration(WrapsLast.class, Contracts.class).run(context -> {
            assertThat(context).hasNotFailed();
            for (String name : new String[] {"contract", "lazyContract", "made"}) {
                Contract contract = context.getBean(name, Contract.class);
                assertThat(AopUtils.isAopProxy(contract)).as("plain proxy").isFalse();
                assertThat(contract.guarded()).isEqualTo("contract");
            }
        });
    }

    @Test
    void plainProxyWithinOursIsGuarded() {
        runner.withUserConfiguration(WrapsFirst.class, Contracts.class).run(context -> {
            assertThat(context).hasNotFailed();
            Contract contract = context.getBean("contract", Contract.class);
            assertThat(AopUtils.isAopProxy(contract)).isTrue();
            assertThat(contract.guarded()).isEqualTo("contract");
        });
    }

    @Test
    void plainProxyInPlaceOfOursFailsTheStart() {
        runner.withInitializer(context ->
                        context.getBeanFactory().registerSingleton("registered", plainProxy(new ContractOfBean())))
                .run(context -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("'registered'")
                        .hasMessageContaining("without a proxy"));
    }

    @Test
    void proxyWithoutAnAnnotatedClassIsGuarded() {
        runner.withUserConfiguration(Repositories.class).run(context -> {
            assertThat(context).hasNotFailed();
            for (String name : new String[] {"made", "madeByJdk", "bean"}) {
                assertThat(context.getBean(name, Contract.class).guarded())
                        .as(name)
                        .isEqualTo("contract");
            }
        });
    }

    @Test
    void proxyWithoutAnAnnotatedClassThatAPostProcessorGetsFailsTheStart() {
        for (String name : new String[] {"made", "madeByJdk", "bean"}) {
            runner.withUserConfiguration(Repositories.class)
                    .withInitializer(context ->
                            ((BeanDefinitionRegistry) context).registerBeanDefinition("greedy", greedy(name)))
                    .run(context -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                            .as(name)
                            .isInstanceOf(LockDefinitionException.class)
                            .hasMessageContaining("'" + name + "'")
                            .hasMessageContaining("Contract.guarded()")
                            .hasMessageContaining("without a proxy"));
        }
    }

    @Test
    void wrongAnnotationOfAProxyWithoutAnAnnotatedClassFailsTheStart() {
        failsAsWrong(WrongKey.class, "WrongKey.all(String)", "Did you mean");
        failsAsWrong(WrongReturn.class, "WrongReturn.all()", "java.util.stream.Stream");
    }

    private void failsAsWrong(Class<?> type, String... hints) {
        Object repository = repository(type);
        for (ApplicationContextRunner each : List.of(
                runner.withBean("repository", Object.class, () -> repository),
                runner.withBean("repository", RepositoryFactory.class, () -> new RepositoryFactory(type)))) {
            each.run(context -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                    .isInstanceOf(LockDefinitionException.class)
                    .hasMessageContaining("'repository'")
                    .hasMessageContainingAll(hints));
        }
    }

    @Test
    void takingOurProxyAwayFailsTheStart() {
        runner.withBean("unwrapped", ContractOfBean.class)
                .withUserConfiguration(Unwraps.class)
                .run(context -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("'unwrapped'")
                        .hasMessageContaining("without a proxy"));
    }

    @Test
    void takingOurProxyAwayFailsTheMakingOfABeanLater() {
        runner.withUserConfiguration(Unwraps.class, MadeLater.class).run(context -> {
            assertThat(context).hasNotFailed();
            for (String name : new String[] {"unwrappedLazy", "unwrappedPrototype"}) {
                assertThat(NestedExceptionUtils.getMostSpecificCause(catchThrowable(() -> context.getBean(name))))
                        .as(name)
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("without a proxy");
            }
        });
    }

    @Test
    void finalClassThatNeedsASubclassFailsTheStartWithAnAnalysis() {
        failsAsFinal(runner, Final.class, "Final.guarded");
        failsAsFinal(runner, MakesRecord.class, "Recorded.guarded");
        failsAsFinal(runner, FinalWithCallbacks.class, "FinalWithCallbacks.guarded");
        ApplicationContextRunner subclassing = new ApplicationContextRunner()
                .withUserConfiguration(ClassProxies.class)
                .withBean("client", DflockdClient.class, DflockdClient::withoutLocking);
        failsAsFinal(subclassing, FinalContract.class, "FinalContract.guarded");
        runner.withBean(FinalContract.class)
                .run(context ->
                        assertThat(context.getBean(Contract.class).guarded()).isEqualTo("contract"));
    }

    @Test
    void lambdaOfAnAnnotatedInterfaceIsGuardedWithClassProxiesToo() {
        new ApplicationContextRunner()
                .withUserConfiguration(ClassProxies.class)
                .withBean("client", DflockdClient.class, DflockdClient::withoutLocking)
                .withBean(Contract.class, () -> () -> LockContext.current().key())
                .run(context ->
                        assertThat(context.getBean(Contract.class).guarded()).isEqualTo("contract"));
    }

    @Test
    void deserializedProxyGuards() {
        runner.withInitializer(context -> context.setId("serialized"))
                .withBean(SerializableContract.class)
                .run(context -> {
                    Contract contract = context.getBean(Contract.class);
                    assertThat(AopUtils.isJdkDynamicProxy(contract)).isTrue();
                    Contract copy = (Contract) copy(contract);
                    assertThat(copy).isNotSameAs(contract);
                    assertThat(copy.guarded()).isEqualTo("contract");
                });
    }

    private static void failsAsFinal(ApplicationContextRunner runner, Class<?> bean, String method) {
        runner.withBean("suspect", bean)
                .run(context -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                        .as(bean.getSimpleName())
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining(method)
                        .hasMessageContaining("final class")
                        .hasMessageContaining("kotlin-spring"));
    }

    private static Object copy(Object original) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    private static Object plainProxy(Object target) {
        InvocationHandler handler = (proxy, method, arguments) -> method.invoke(target, arguments);
        return Proxy.newProxyInstance(
                ForeignProxiesTests.class.getClassLoader(), new Class<?>[] {Contract.class}, handler);
    }

    interface Contract {

        @DistributedLocked("contract")
        String guarded();
    }

    static class ContractOfBean implements Contract {

        @Override
        public String guarded() {
            return LockContext.current().key();
        }
    }

    static class SerializableContract extends ContractOfBean implements Serializable {

        private static final long serialVersionUID = 1L;
    }

    static final class FinalContract implements Contract {

        @Override
        public String guarded() {
            return LockContext.current().key();
        }
    }

    static final class Final {

        @DistributedLocked("name")
        public void guarded() {}
    }

    static final class FinalWithCallbacks implements AutoCloseable, BeanNameAware {

        @DistributedLocked("name")
        public void guarded() {}

        @Override
        public void setBeanName(String name) {}

        @Override
        public void close() {}
    }

    record Recorded(String name) {

        @DistributedLocked("name")
        public void guarded() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class MakesRecord {

        @Bean
        Recorded recorded() {
            return new Recorded("a");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking(proxyTargetClass = true)
    static class ClassProxies {}

    @Configuration(proxyBeanMethods = false)
    static class Contracts {

        @Bean
        Contract contract() {
            return new ContractOfBean();
        }

        @Bean
        @Lazy
        Contract lazyContract() {
            return new ContractOfBean();
        }

        @Bean
        FactoryBean<Contract> made() {
            return new FactoryBean<>() {
                @Override
                public Contract getObject() {
                    return new ContractOfBean();
                }

                @Override
                public Class<?> getObjectType() {
                    return Contract.class;
                }
            };
        }
    }

    static class Wrapper implements BeanPostProcessor {

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            return bean instanceof Contract ? plainProxy(bean) : bean;
        }
    }

    static class FirstWrapper extends Wrapper implements PriorityOrdered {

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WrapsLast {

        @Bean
        static Wrapper wrapper() {
            return new Wrapper();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WrapsFirst {

        @Bean
        static FirstWrapper wrapper() {
            return new FirstWrapper();
        }
    }

    /** What a repository is: a proxy of a class that knows nothing of the interface. */
    private static <T> T repository(Class<T> type) {
        ProxyFactory factory = new ProxyFactory(new Object());
        factory.setInterfaces(type);
        factory.addAdvice(
                (MethodInterceptor) invocation -> invocation.getMethod().getDeclaringClass() == type
                        ? LockContext.find().map(LockHandle::key).orElse("free")
                        : invocation.proceed());
        return type.cast(factory.getProxy());
    }

    static class RepositoryFactory implements FactoryBean<Object> {

        private final Class<?> type;

        RepositoryFactory(Class<?> type) {
            this.type = type;
        }

        @Override
        public Object getObject() {
            return repository(type);
        }

        @Override
        public Class<?> getObjectType() {
            return type;
        }
    }

    static class JdkFactory implements FactoryBean<Contract> {

        @Override
        public Contract getObject() {
            return (Contract) plainProxy(new ContractOfBean());
        }

        @Override
        public Class<?> getObjectType() {
            return Contract.class;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Repositories {

        @Bean
        static RepositoryFactory made() {
            return new RepositoryFactory(Contract.class);
        }

        @Bean
        static JdkFactory madeByJdk() {
            return new JdkFactory();
        }

        @Bean
        static Contract bean() {
            return repository(Contract.class);
        }
    }

    static class GetsContract implements BeanPostProcessor, PriorityOrdered {

        GetsContract(Contract contract) {
            assertThat(contract).isNotNull();
        }

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }
    }

    private static RootBeanDefinition greedy(String name) {
        RootBeanDefinition definition = new RootBeanDefinition(GetsContract.class);
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, new RuntimeBeanReference(name));
        return definition;
    }

    interface WrongKey {

        @DistributedLocked(name = "order", key = "id")
        String all(String id);
    }

    interface WrongReturn {

        @DistributedLocked("order")
        Stream<String> all();
    }

    static class Unwrapper implements BeanPostProcessor {

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            Object target = beanName.startsWith("unwrapped") ? AopProxyUtils.getSingletonTarget(bean) : null;
            return target == null ? bean : target;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Unwraps {

        @Bean
        static Unwrapper unwrapper() {
            return new Unwrapper();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class MadeLater {

        @Bean
        @Lazy
        Contract unwrappedLazy() {
            return new ContractOfBean();
        }

        @Bean
        @Scope("prototype")
        Contract unwrappedPrototype() {
            return new ContractOfBean();
        }
    }
}
