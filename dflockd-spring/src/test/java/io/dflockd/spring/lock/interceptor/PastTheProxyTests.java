package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.PackagePrivateGuarded;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Flux;

/** Ways past the lock that a look at the annotated class alone does not show. */
class PastTheProxyTests {

    private final ApplicationContextRunner runner = GuardedContext.withoutServer();

    @Test
    void methodThatImplementsAnAnnotatedOneByInheritanceIsGuarded() {
        for (Class<?> configuration : List.of(ClassProxies.class, InterfaceProxies.class)) {
            new ApplicationContextRunner()
                    .withUserConfiguration(configuration)
                    .withBean(LockOperations.class, LockOperations::withoutLocking)
                    .withBean(SemaphoreOperations.class, SemaphoreOperations::withoutLocking)
                    .withBean(OfNarrower.class)
                    .withBean(Inheriting.class)
                    .withBean(InheritingTyped.class)
                    .withBean(InheritingGeneric.class)
                    .run(context -> {
                        context.getBean(Broader.class).guardedInBroader();
                        assertThat(context.getBean(Contract.class).guarded()).isEqualTo("contract");
                        assertThat(context.getBean(TypeContract.class).guarded())
                                .isEqualTo("type");
                        assertThat(contract(context.getBean(GenericContract.class))
                                        .keyed("7"))
                                .isEqualTo("generic:7");
                    });
        }
    }

    @Test
    void methodThatImplementsAnAnnotatedOneByInheritanceIsGuardedWhenCalledByItsClass() {
        new ApplicationContextRunner()
                .withUserConfiguration(ClassProxies.class)
                .withBean(LockOperations.class, LockOperations::withoutLocking)
                .withBean(SemaphoreOperations.class, SemaphoreOperations::withoutLocking)
                .withBean(Inheriting.class)
                .run(context ->
                        assertThat(context.getBean(Unknowing.class).guarded()).isEqualTo("contract"));
    }

    @Test
    void packagePrivateMethodOfAnotherPackageFailsTheStart() {
        fails(InAnotherPackage.class, "InAnotherPackage.guarded", "package-private");
    }

    @Test
    void workWithinWhatIsReturnedFailsTheStart() {
        fails(ReturnsNestedFlux.class, "ReturnsNestedFlux.guarded", "Flux");
        fails(ReturnsFutures.class, "ReturnsFutures.guarded", "CompletableFuture");
        fails(ReturnsNestedStream.class, "ReturnsNestedStream.guarded", "Stream");
        runner.withBean(ReturnsFinished.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void scheduledMethodOfACircularReferenceFailsTheStart() {
        runner.withAllowCircularReferences(true)
                .withUserConfiguration(Ticking.class)
                .run(context -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("Ticker.tick")
                        .hasMessageContaining("circular reference"));
    }

    @Test
    void guardedBeanOfAChildContextWithoutLockingFailsItsStart() {
        runner.run(parent -> {
            try (AnnotationConfigApplicationContext child =
                    child(parent.getSourceApplicationContext(), Guarded.class)) {
                Throwable failure = catchThrowable(child::refresh);
                assertThat(failure)
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("Guarded.guarded")
                        .hasMessageContaining("child context");
            }
            try (AnnotationConfigApplicationContext child =
                    child(parent.getSourceApplicationContext(), Guarded.class, InterfaceProxies.class)) {
                child.refresh();
                assertThat(child.isActive()).isTrue();
            }
        });
    }

    @Test
    void beanThatAChildContextWithoutLockingMakesLaterFailsItsStart() {
        runner.run(parent -> {
            for (Class<?> configuration : List.of(LazyGuarded.class, PrototypeGuarded.class)) {
                try (AnnotationConfigApplicationContext child =
                        child(parent.getSourceApplicationContext(), configuration)) {
                    assertThat(catchThrowable(child::refresh))
                            .as(configuration.getSimpleName())
                            .isInstanceOf(LockDefinitionException.class)
                            .hasMessageContaining("Guarded.guarded")
                            .hasMessageContaining("child context");
                }
            }
        });
    }

    @Test
    void beanThatAChildContextWithoutLockingMakesLaterFailsWhereItsTypeShowsNothing() {
        runner.run(parent -> {
            try (AnnotationConfigApplicationContext child =
                    child(parent.getSourceApplicationContext(), HiddenGuarded.class)) {
                child.refresh();
                assertThat(NestedExceptionUtils.getMostSpecificCause(catchThrowable(() -> child.getBean("hidden"))))
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("Guarded.guarded");
            }
        });
    }

    @Test
    void beanOfAChildContextIsNoneOfTheParentThatHasItsName() {
        runner.withBean("guarded", Guarded.class).run(parent -> {
            try (AnnotationConfigApplicationContext child =
                    child(parent.getSourceApplicationContext(), WrappedGuarded.class)) {
                assertThat(catchThrowable(child::refresh)).isInstanceOf(LockDefinitionException.class);
            }
        });
    }

    @Test
    void lazyBeanOfAChildContextWithAProxyCreatorIsGuardedByTheParentsLocking() {
        new ApplicationContextRunner()
                .withUserConfiguration(ClassProxies.class)
                .withBean(LockOperations.class, LockOperations::withoutLocking)
                .withBean(SemaphoreOperations.class, SemaphoreOperations::withoutLocking)
                .run(parent -> {
                    try (AnnotationConfigApplicationContext child =
                            child(parent.getSourceApplicationContext(), OwnCreator.class, LazyContract.class)) {
                        child.refresh();
                        assertThat(child.getBean(Contract.class).guarded()).isEqualTo("contract");
                    }
                });
    }

    @SuppressWarnings("unchecked")
    private static GenericContract<String> contract(GenericContract<?> bean) {
        return (GenericContract<String>) bean;
    }

    private static AnnotationConfigApplicationContext child(ConfigurableApplicationContext parent, Class<?>... beans) {
        AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();
        child.setParent(parent);
        child.register(beans);
        return child;
    }

    private void fails(Class<?> bean, String... hints) {
        runner.withBean("suspect", bean).run(context -> {
            assertThat(context).as(bean.getSimpleName()).hasFailed();
            assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                    .isInstanceOf(LockDefinitionException.class)
                    .message()
                    .contains("'suspect'")
                    .contains(hints);
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking(proxyTargetClass = true)
    static class ClassProxies {}

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    static class InterfaceProxies {}

    interface Narrower extends Broader {}

    interface Broader {

        @DistributedLocked("broader")
        void guardedInBroader();
    }

    static class OfNarrower implements Narrower {

        @Override
        public void guardedInBroader() {
            assertThat(LockContext.current().key()).isEqualTo("broader");
        }
    }

    interface Contract {

        @DistributedLocked("contract")
        String guarded();
    }

    @DistributedLocked("type")
    interface TypeContract {

        String guarded();
    }

    interface GenericContract<T> {

        @DistributedLocked(name = "generic", key = "#p0")
        String keyed(T id);
    }

    static class Unknowing {

        public String guarded() {
            return LockContext.current().key();
        }

        public String keyed(String id) {
            return LockContext.current().key();
        }
    }

    static class Inheriting extends Unknowing implements Contract {}

    static class InheritingTyped extends Unknowing implements TypeContract {}

    static class InheritingGeneric extends Unknowing implements GenericContract<String> {}

    static class InAnotherPackage extends PackagePrivateGuarded {}

    static class Guarded {

        @DistributedLocked("name")
        public void guarded() {}
    }

    static class ReturnsNestedFlux {

        @DistributedLocked("name")
        public Optional<Flux<String>> guarded() {
            return Optional.empty();
        }
    }

    static class ReturnsFutures {

        @DistributedLocked("name")
        public List<CompletableFuture<String>> guarded() {
            return List.of();
        }
    }

    static class ReturnsNestedStream {

        @DistributedLocked("name")
        public CompletableFuture<Optional<Stream<String>>> guarded() {
            return CompletableFuture.completedFuture(Optional.empty());
        }
    }

    static class ReturnsFinished {

        @DistributedLocked("name")
        public Optional<List<? extends Enum<?>>> guarded() {
            return Optional.empty();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    @Import({Ticker.class, Other.class})
    static class Ticking {}

    static class Ticker {

        @Autowired
        Other other;

        @Scheduled(fixedDelay = 1_000_000)
        @DistributedLocked("name")
        public void tick() {}
    }

    static class Other {

        @Autowired
        Ticker ticker;
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyGuarded {

        @Bean
        @Lazy
        Guarded guarded() {
            return new Guarded();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeGuarded {

        @Bean
        @Scope("prototype")
        Guarded guarded() {
            return new Guarded();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class HiddenGuarded {

        @Bean
        @Lazy
        Object hidden() {
            return new Guarded();
        }
    }

    static class WrappedByHand extends Guarded {}

    @Configuration(proxyBeanMethods = false)
    static class WrappedGuarded {

        @Bean
        Guarded guarded() {
            return new WrappedByHand();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCreator {

        @Bean
        static DefaultAdvisorAutoProxyCreator creator() {
            return new DefaultAdvisorAutoProxyCreator();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyContract {

        @Bean
        @Lazy
        Contract contract() {
            return new Inheriting();
        }
    }
}
