package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.type.AnnotationMetadata;

/** Methods that the container calls on the bean itself pass no proxy: the start fails before any of them has run. */
@ExtendWith(OutputCaptureExtension.class)
class LifecycleMethodsTests {

    private static final List<String> ran = new CopyOnWriteArrayList<>();

    private final ApplicationContextRunner runner =
            GuardedContext.withoutClient().withBean("client", DflockdClient.class, DflockdClient::withoutLocking);

    @BeforeEach
    void nothingRan() {
        ran.clear();
    }

    @Test
    void guardedInitialisationFailsTheStartBeforeItRuns() {
        fails(ByAnnotation.class, "'byAnnotation'", "ByAnnotation.init()", "@PostConstruct");
        fails(ByInterface.class, "'byInterface'", "ByInterface.afterPropertiesSet()", "InitializingBean");
        fails(ByDefinition.class, "'started'", "Plain.start()", "initMethod");
        fails(ByInjection.class, "'byInjection'", "ByInjection.inject(", "@Autowired");
        fails(ByValue.class, "'byValue'", "ByValue.inject(String)", "@Value");
        fails(ImportsByProperty.class, "'property'", "Property.setName(String)", "property of the bean definition");
        fails(ByAwareness.class, "'byAwareness'", "ByAwareness.setBeanName(String)", "BeanNameAware");
        fails(BySemaphore.class, "@DistributedConcurrencyLimit", "BySemaphore.afterPropertiesSet()");
    }

    @Test
    void guardedDestructionFailsTheStart() {
        fails(DestroyedByAnnotation.class, "DestroyedByAnnotation.stop()", "@PreDestroy");
        fails(DestroyedByInterface.class, "DestroyedByInterface.destroy()", "DisposableBean");
        fails(Closed.class, "Closed.close()", "AutoCloseable");
        fails(DestroyedByDefinition.class, "Plain.start()", "destroyMethod");
        fails(DestroyedByInference.class, "Inferred.shutdown()", "destroyMethod");
        runner.withUserConfiguration(NotClosed.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void beanThatIsMadeBeforeThePostProcessorsFailsBeforeItsInitialisationRuns() {
        fails(MadeEarly.class, "'early'", "ByInterface.afterPropertiesSet()");
    }

    @Test
    void lazyBeanFailsTheStartAndPrototypeTheCall() {
        fails(LazyOne.class, "'lazy'", "Plain.start()", "initMethod");
        fails(PrototypeOne.class, "'prototype'", "ByInterface.afterPropertiesSet()");
    }

    @Test
    void guardedFactoryMethodFailsTheStartBeforeItRuns() {
        fails(MakesLambda.class, "'task'", "MakesLambda.task()", "@Bean", "not the bean");
        fails(MakesLambdaStatically.class, "'task'", "MakesLambdaStatically.task()", "@Bean");
        fails(MakesLambdaOfComposed.class, "'task'", "MakesLambdaOfComposed.task()", "@Bean");
        fails(MakesLambdaOfType.class, "MakesLambdaOfType.task()", "@Bean");
        fails(MakesLambdaLazily.class, "'task'", "MakesLambdaLazily.task()", "@Bean");
    }

    @Test
    void callbacksThatPassTheProxyAreGuarded() {
        runner.withBean(AfterSingletons.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(ran).containsExactly("held");
        });
    }

    @Test
    void annotationOnTheTypeDoesNotGuardLifecycleMethodsAndSaysSo(CapturedOutput output) {
        runner.withBean(OnType.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(ran).containsExactly("free");
            context.getBean(OnType.class).work();
            assertThat(ran).containsExactly("free", "held");
        });
        assertThat(output).contains("OnType.afterPropertiesSet()").contains("without the lock");
    }

    private void fails(Class<?> configuration, String... hints) {
        runner.withBean(decapitalized(configuration), configuration).run(context -> {
            Throwable failure = context.getStartupFailure();
            if (failure == null) {
                failure = catchThrowable(() -> context.getBean("prototype"));
            }
            assertThat(failure).as(configuration.getSimpleName()).isNotNull();
            assertThat(NestedExceptionUtils.getMostSpecificCause(failure))
                    .isInstanceOf(LockDefinitionException.class)
                    .message()
                    .contains(hints);
        });
        assertThat(ran).as("ran without the lock").isEmpty();
    }

    private static String decapitalized(Class<?> type) {
        String name = type.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static void ran() {
        ran.add(LockContext.find().isPresent() ? "held" : "free");
    }

    static class ByAnnotation {

        @PostConstruct
        @DistributedLocked("name")
        public void init() {
            ran();
        }
    }

    static class ByInterface implements InitializingBean {

        @Override
        @DistributedLocked("name")
        public void afterPropertiesSet() {
            ran();
        }
    }

    static class BySemaphore implements InitializingBean {

        @Override
        @DistributedConcurrencyLimit(name = "name", limit = 2)
        public void afterPropertiesSet() {
            ran();
        }
    }

    static class Plain {

        @DistributedLocked("name")
        public void start() {
            ran();
        }
    }

    static class ByInjection {

        @Autowired
        @DistributedLocked("name")
        public void inject(DflockdClient client) {
            ran();
        }
    }

    static class ByValue {

        @Value("text")
        @DistributedLocked("name")
        public void inject(String text) {
            ran();
        }
    }

    static class Property {

        @DistributedLocked("name")
        public void setName(String name) {
            ran();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(ByProperty.class)
    static class ImportsByProperty {}

    static class ByProperty implements ImportBeanDefinitionRegistrar {

        @Override
        public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
            RootBeanDefinition definition = new RootBeanDefinition(Property.class);
            definition.getPropertyValues().add("name", "text");
            registry.registerBeanDefinition("property", definition);
        }
    }

    static class ByAwareness implements BeanNameAware {

        @Override
        @DistributedLocked("name")
        public void setBeanName(String name) {
            ran();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ByDefinition {

        @Bean(initMethod = "start")
        Plain started() {
            return new Plain();
        }
    }

    static class DestroyedByAnnotation {

        @PreDestroy
        @DistributedLocked("name")
        public void stop() {
            ran();
        }
    }

    static class DestroyedByInterface implements DisposableBean {

        @Override
        @DistributedLocked("name")
        public void destroy() {
            ran();
        }
    }

    static class Closed implements AutoCloseable {

        @Override
        @DistributedLocked("name")
        public void close() {
            ran();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class DestroyedByDefinition {

        @Bean(destroyMethod = "start")
        Plain destroyed() {
            return new Plain();
        }
    }

    static class Inferred {

        @DistributedLocked("name")
        public void shutdown() {
            ran();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class DestroyedByInference {

        @Bean
        Inferred inferred() {
            return new Inferred();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NotClosed {

        @Bean(destroyMethod = "")
        Closed notClosed() {
            return new Closed();
        }
    }

    static class GreedyPostProcessor implements BeanPostProcessor, PriorityOrdered {

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class MadeEarly {

        @Bean
        static GreedyPostProcessor greedy(ByInterface early) {
            return new GreedyPostProcessor();
        }

        @Bean
        static ByInterface early() {
            return new ByInterface();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyOne {

        @Bean(initMethod = "start")
        @Lazy
        Plain lazy() {
            return new Plain();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeOne {

        @Bean
        @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
        ByInterface prototype() {
            return new ByInterface();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class MakesLambda {

        @Bean
        @DistributedLocked("name")
        Runnable task() {
            ran();
            return LifecycleMethodsTests::ran;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class MakesLambdaStatically {

        @Bean
        @DistributedLocked("name")
        static Runnable task() {
            ran();
            return LifecycleMethodsTests::ran;
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLocked("name")
    @interface Composed {}

    @Configuration(proxyBeanMethods = false)
    static class MakesLambdaOfComposed {

        @Bean
        @Composed
        Supplier<String> task() {
            ran();
            return () -> "";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @DistributedLocked("name")
    static class MakesLambdaOfType {

        @Bean
        Runnable task() {
            ran();
            return LifecycleMethodsTests::ran;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class MakesLambdaLazily {

        @Bean
        @Lazy
        @DistributedLocked("name")
        Runnable task() {
            ran();
            return LifecycleMethodsTests::ran;
        }
    }

    static class AfterSingletons implements SmartInitializingSingleton {

        @Override
        @DistributedLocked("name")
        public void afterSingletonsInstantiated() {
            ran();
        }
    }

    @DistributedLocked("name")
    static class OnType implements InitializingBean {

        @Override
        public void afterPropertiesSet() {
            ran();
        }

        public void work() {
            ran();
        }
    }
}
