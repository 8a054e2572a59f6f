package io.dflockd.spring.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.leader.config.EnableLeaderOnly;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import jakarta.annotation.PostConstruct;
import java.io.Serializable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.PriorityOrdered;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.util.SerializationUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Methods that only the leader runs. The client locks nothing, so it leads from the start of the elections to their stop. */
@Timeout(60)
class LeaderOnlyTests {

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    @AfterEach
    void close() {
        context.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableLeaderOnly
    static class Application {

        @Bean
        DflockdClient client() {
            return DflockdClient.withoutLocking();
        }

        @Bean
        LeaderRoles leaderRoles(DflockdClient client) {
            return LeaderRoles.builder(client)
                    .roles(List.of("billing", "reports"))
                    .autoStartup(false)
                    .build();
        }
    }

    private <T> T started(Class<T> type) {
        bean(type);
        return context.getBean(type);
    }

    private void bean(Class<?> type) {
        MockEnvironment environment = new MockEnvironment();
        environment.setProperty("role", "reports");
        context.setEnvironment(environment);
        context.register(Application.class, type);
        context.refresh();
    }

    private void lead() {
        context.getBean(LeaderRoles.class).start();
    }

    @Retention(RetentionPolicy.RUNTIME)
    @LeaderOnly("billing")
    @interface Billing {}

    interface Contract {

        @LeaderOnly("billing")
        default @Nullable String ofInterface() {
            return "ran";
        }
    }

    static class Contracted implements Contract {}

    static class Jobs {

        int ran;

        @LeaderOnly("billing")
        public void nothing() {
            ran++;
        }

        @LeaderOnly("${role}")
        public @Nullable String text() {
            return "ran";
        }

        @Billing
        public Optional<String> optional() {
            return Optional.of("ran");
        }

        @Billing
        public OptionalInt number() {
            return OptionalInt.of(1);
        }

        @Billing
        public CompletionStage<Optional<String>> stageOfOptional() {
            return CompletableFuture.completedFuture(Optional.of("ran"));
        }

        @Billing
        public CompletableFuture<String> stage() {
            return CompletableFuture.completedFuture("ran");
        }

        @Billing
        public Future<String> future() {
            return CompletableFuture.completedFuture("ran");
        }

        @Billing
        public Mono<Integer> mono() {
            return Mono.fromSupplier(() -> ++ran);
        }

        @Billing
        public Flux<String> flux() {
            return Flux.just("a", "b");
        }

        @Billing
        public Mono<String> failing() {
            throw new IllegalArgumentException("thrown by the test");
        }

        public String everywhere() {
            return "ran";
        }
    }

    @Test
    void callsOfOthersThanTheLeaderAreSkipped() throws Exception {
        Jobs jobs = started(Jobs.class);
        jobs.nothing();
        assertThat(jobs.text()).isNull();
        assertThat(jobs.optional()).isEmpty();
        assertThat(jobs.number()).isEmpty();
        assertThat(jobs.stageOfOptional().toCompletableFuture().get()).isEmpty();
        assertThat(jobs.stage().get()).isNull();
        assertThat(jobs.future().get()).isNull();
        assertThat(jobs.mono().blockOptional()).isEmpty();
        assertThat(jobs.flux().collectList().block()).isEmpty();
        assertThat(jobs.failing().blockOptional()).isEmpty();
        assertThat(jobs.everywhere()).isEqualTo("ran");
    }

    @Test
    void leaderRunsThem() throws Exception {
        Jobs jobs = started(Jobs.class);
        lead();
        assertThat(jobs.text()).isEqualTo("ran");
        assertThat(jobs.optional()).contains("ran");
        assertThat(jobs.number()).hasValue(1);
        assertThat(jobs.stageOfOptional().toCompletableFuture().get()).contains("ran");
        assertThat(jobs.stage().get()).isEqualTo("ran");
        assertThat(jobs.future().get()).isEqualTo("ran");
        assertThat(jobs.mono().block()).isEqualTo(1);
        assertThat(jobs.flux().collectList().block()).containsExactly("a", "b");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> jobs.failing().block());
    }

    @Test
    void annotationOfAnInterfaceCounts() {
        bean(Contracted.class);
        Contract contract = context.getBean(Contract.class);
        assertThat(contract.ofInterface()).isNull();
        lead();
        assertThat(contract.ofInterface()).isEqualTo("ran");
    }

    @Test
    void subscriptionAsksAgain() {
        Jobs jobs = started(Jobs.class);
        Mono<Integer> mono = jobs.mono();
        assertThat(mono.block()).isNull();
        lead();
        assertThat(mono.block()).isEqualTo(1);
        assertThat(mono.block()).isEqualTo(2);
        context.getBean(LeaderRoles.class).stop();
        assertThat(mono.block()).isNull();
    }

    // --- refused at the start

    private void assertRefused(Class<?> type, String... texts) {
        assertRefused(catchThrowable(() -> bean(type)), texts);
    }

    private static void assertRefused(Throwable failure, String... texts) {
        assertThat(failure).isNotNull();
        assertThat(NestedExceptionUtils.getMostSpecificCause(failure))
                .isInstanceOf(LockDefinitionException.class)
                .satisfies(ex -> assertThat(ex.getMessage())
                        .contains(texts)
                        .containsPattern("@(LeaderOnly|Billing) on .*\\(.*\\)"));
    }

    static class UnknownRole {

        @LeaderOnly("nobody")
        public void job() {}
    }

    @Test
    void unknownRoleFailsTheStart() {
        assertRefused(UnknownRole.class, "\"nobody\"", "billing", "dflockd.leader.roles");
    }

    static class NoRole {

        @LeaderOnly("${missing:}")
        public void job() {}
    }

    static class Unresolvable {

        @LeaderOnly("${missing}")
        public void job() {}
    }

    @Test
    void roleThatIsNoneFailsTheStart() {
        assertRefused(NoRole.class, "gives no role");
    }

    @Test
    void roleThatCannotBeResolvedFailsTheStart() {
        assertRefused(Unresolvable.class, "missing");
    }

    static class Primitive {

        @Billing
        public int job() {
            return 1;
        }
    }

    static class OwnStage {

        static class Own<T> extends CompletableFuture<T> {}

        @Billing
        public Own<String> job() {
            return new Own<>();
        }
    }

    static class Final {

        @Billing
        public final void job() {}
    }

    static class Private {

        @Billing
        private void job() {}
    }

    static class Initializing {

        @Billing
        @PostConstruct
        public void job() {}
    }

    @ParameterizedTest
    @ValueSource(classes = {Primitive.class, OwnStage.class, Final.class, Private.class, Initializing.class})
    void methodsThatCannotBeSkippedFailTheStart(Class<?> type) {
        assertRefused(type, "job");
    }

    private static final AtomicInteger ran = new AtomicInteger();

    static class ByAnnotation {

        @Billing
        @PostConstruct
        public void job() {
            ran.incrementAndGet();
        }
    }

    static class ByInterface implements InitializingBean {

        @Override
        @Billing
        public void afterPropertiesSet() {
            ran.incrementAndGet();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {ByAnnotation.class, ByInterface.class})
    void initialisationFailsTheStartBeforeItRuns(Class<?> type) {
        ran.set(0);
        assertRefused(type, "called by the container", "LeaderRoles.isLeader");
        assertThat(ran).as("ran on every node").hasValue(0);
    }

    @Configuration(proxyBeanMethods = false)
    static class Factory {

        @Bean
        @LeaderOnly("billing")
        Runnable job() {
            return ran::incrementAndGet;
        }
    }

    @Test
    void factoryMethodFailsTheStart() {
        assertRefused(Factory.class, "'job'", "@Bean");
    }

    static final class FinalClass {

        @Billing
        public void job() {}
    }

    @Test
    void finalClassFailsTheStart() {
        assertRefused(FinalClass.class, "FinalClass.job", "final class", "LeaderRoles.isLeader");
    }

    static class Greedy implements BeanPostProcessor, PriorityOrdered {

        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EarlyPrototype {

        @Bean
        static Greedy greedy(Jobs early) {
            return new Greedy();
        }

        @Bean
        @Scope("prototype")
        static Jobs early() {
            return new Jobs();
        }
    }

    @Test
    void beanThatAPostProcessorGetsFailsTheStart() {
        assertRefused(EarlyPrototype.class, "'early'", "without a proxy", "ObjectProvider");
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyJobs {

        @Bean
        @Lazy
        Jobs jobs() {
            return new Jobs();
        }
    }

    @Test
    void lazyBeanOfAChildContextFailsItsStart() {
        context.register(Application.class);
        context.refresh();
        try (AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
            child.setParent(context);
            child.setEnvironment(new MockEnvironment().withProperty("role", "reports"));
            child.register(LazyJobs.class);
            assertRefused(catchThrowable(child::refresh), "'jobs'", "child context");
        }
    }

    static class Early implements BeanPostProcessor {

        @Billing
        public void job() {}
    }

    @Test
    void beanWithoutAProxyFailsTheStart() {
        assertRefused(Early.class, "would run on every node");
    }

    // --- proxies

    static class Left {

        Right right;

        @Billing
        public @Nullable String job() {
            return "ran";
        }

        @Autowired
        void setRight(Right right) {
            this.right = right;
        }
    }

    static class Right {

        Left left;

        @Autowired
        void setLeft(Left left) {
            this.left = left;
        }
    }

    static class ScheduledLeft extends Left {

        @Override
        @Scheduled(fixedDelay = 1_000_000)
        public @Nullable String job() {
            return super.job();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Circle {

        @Bean
        Left left() {
            return new Left();
        }

        @Bean
        Right right() {
            return new Right();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyCircle {

        @Bean
        @Lazy
        Left left() {
            return new Left();
        }

        @Bean
        @Lazy
        Right right() {
            return new Right();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ScheduledCircle {

        @Bean
        Left left() {
            return new ScheduledLeft();
        }

        @Bean
        Right right() {
            return new Right();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Circle.class, LazyCircle.class})
    void beansInACircularReferenceAsk(Class<?> circle) {
        bean(circle);
        Left left = context.getBean(Left.class);
        Left ofRight = context.getBean(Right.class).left;
        assertThat(left.job()).isNull();
        assertThat(ofRight.job()).isNull();
        lead();
        assertThat(left.job()).isEqualTo("ran");
        assertThat(ofRight.job()).isEqualTo("ran");
    }

    @Test
    void scheduledMethodOfABeanInACircularReferenceFailsTheStart() {
        assertThatExceptionOfType(BeanCreationException.class)
                .isThrownBy(() -> bean(ScheduledCircle.class))
                .havingRootCause()
                .isInstanceOf(LockDefinitionException.class)
                .withMessageContaining("'left'")
                .withMessageContaining("ScheduledLeft.job")
                .withMessageContaining("circular reference");
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyBean {

        @Bean
        @Lazy
        UnknownRole lazy() {
            return new UnknownRole();
        }
    }

    @Test
    void lazyBeanIsCheckedAtTheStart() {
        assertRefused(LazyBean.class, "'lazy'", "\"nobody\"");
    }

    /** Puts a proxy of its own before that of the annotation. */
    static class Wrapper implements BeanPostProcessor {

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            return bean instanceof Contract
                    ? Proxy.newProxyInstance(
                            Wrapper.class.getClassLoader(),
                            new Class<?>[] {Contract.class},
                            (proxy, method, arguments) -> method.invoke(bean, arguments))
                    : bean;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Wrapped {

        @Bean
        static Wrapper wrapper() {
            return new Wrapper();
        }

        @Bean
        Contract contract() {
            return new Contracted();
        }
    }

    @Test
    void proxyOfAnotherAroundOursIsAccepted() {
        bean(Wrapped.class);
        Contract contract = context.getBean(Contract.class);
        assertThat(AopUtils.isAopProxy(contract)).as("a plain proxy").isFalse();
        assertThat(contract.ofInterface()).isNull();
        lead();
        assertThat(contract.ofInterface()).isEqualTo("ran");
    }

    static class SerializableContract extends Contracted implements Serializable {

        private static final long serialVersionUID = 1L;
    }

    @Test
    void deserializedProxyAsks() {
        context.setId("leader");
        bean(SerializableContract.class);
        Contract contract = context.getBean(Contract.class);
        Contract copy = (Contract) SerializationUtils.clone((Serializable) contract);
        assertThat(copy).isNotSameAs(contract);
        assertThat(copy.ofInterface()).isNull();
        lead();
        assertThat(copy.ofInterface()).isEqualTo("ran");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableLeaderOnly
    static class WithoutRoles {

        @Bean
        Jobs jobs() {
            return new Jobs();
        }
    }

    @Test
    void rolesAreNeeded() {
        context.register(WithoutRoles.class);
        assertThatExceptionOfType(LockDefinitionException.class)
                .isThrownBy(context::refresh)
                .withMessageContaining("has no election, because there is no LeaderRoles bean")
                .withMessageContaining("dflockd.enabled=false");
    }
}
