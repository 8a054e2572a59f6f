package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.KeyEncoding;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockSettings;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.DistributedScheduled;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.annotation.OnBusy;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import jakarta.annotation.PostConstruct;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import reactor.core.publisher.Mono;

/** What cannot work fails the start, naming bean, method and attribute. No server is needed: no check connects. */
class StartChecksTests {

    private final ApplicationContextRunner runner = GuardedContext.withoutServer();

    @Test
    void finalPrivateStaticAndContainerCalledMethodsFailTheStart() {
        fails(FinalMethod.class, "FinalMethod.guarded", "is final");
        fails(PrivateMethod.class, "PrivateMethod.guarded", "is private");
        fails(StaticMethod.class, "StaticMethod.guarded", "is static");
        fails(PostConstructed.class, "PostConstructed.init", "called by the container");
        fails(FinalMethodOfGuardedClass.class, "FinalMethodOfGuardedClass.guarded", "is final");
    }

    @Test
    void finalKotlinFunctionFailsTheStart() {
        fails(FinalFunction.class, "FinalFunction.guarded", "is final", "kotlin-spring");
    }

    @Test
    void finalClassFailsTheStart() {
        fails(FinalClass.class, "FinalClass.guarded", "final class");
    }

    @Test
    void badAttributesFailTheStart() {
        fails(NoName.class, "NoName.guarded", "no name");
        fails(NameIsTemplate.class, "NameIsTemplate.guarded", "order-#{#id}", "Did you mean key =");
        fails(NameIsVariable.class, "NameIsVariable.guarded", "#id", "Did you mean key");
        fails(BadKey.class, "BadKey.guarded", "key = \"order-#{#id}\"");
        fails(UnknownVariable.class, "UnknownVariable.guarded", "key = \"'order-' + #ident\"", "#ident", "id");
        fails(BadCondition.class, "BadCondition.guarded", "condition = \"#p9\"");
        fails(NoUnit.class, "NoUnit.guarded", "acquireTimeout = \"10\"", "unit");
        fails(BadDuration.class, "BadDuration.guarded", "leaseTtl = \"soon\"");
        fails(ZeroLease.class, "ZeroLease.guarded", "leaseTtl = \"0s\"", "zero");
        fails(NegativeTimeout.class, "NegativeTimeout.guarded", "acquireTimeout = \"-1s\"", "negative");
        fails(UnknownProperty.class, "UnknownProperty.guarded", "leaseTtl = \"${no.such.property}\"");
        fails(LimitBelowOne.class, "LimitBelowOne.guarded", "limit = 0");
        fails(NoLimit.class, "NoLimit.guarded", "no limit");
        fails(BothLimits.class, "BothLimits.guarded", "limit = 1", "limitString = \"2\"");
        fails(LimitNoNumber.class, "LimitNoNumber.guarded", "limitString = \"many\"");
        fails(SkipWithPrimitive.class, "SkipWithPrimitive.guarded", "onBusy = SKIP", "int");
        fails(SkipsWhatIsPromised.class, "SkipsWhatIsPromised.promised", "onBusy = SKIP");
    }

    @Test
    void nameThatIsNoKeyFailsTheStartWhereKeysAreSentAsTheyAre() {
        fails(BlankInName.class, "BlankInName.guarded(String)", "name = \"my order\"", "key-encoding");
        fails(BlankInNameOfLimit.class, "BlankInNameOfLimit.guarded", "name = \"a\tb\"");
        fails(LongName.class, "LongName.guarded", "256");
    }

    @Test
    void nameThatAnEncodingMakesAKeyStarts() {
        for (KeyEncoding encoding : List.of(KeyEncoding.percent(), KeyEncoding.hashUnfit(), key -> "own")) {
            runner.withBean(
                            LockSettings.class,
                            () -> LockSettings.builder().keyEncoding(encoding).build())
                    .withBean(BlankInName.class)
                    .run(context -> assertThat(context).hasNotFailed());
        }
        runner.withBean(LockOperations.class, LockOperations::withoutLocking)
                .withBean(BlankInName.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void refusalNamesTheAnnotationInTheSourceAndAttributesThatItHas() {
        runner.withBean("suspect", ComposedWithoutName.class)
                .run(context -> assertThat(refusal(context))
                        .message()
                        .contains("@OnOneNode on", "ComposedWithoutName.guarded(String, int)", "no name")
                        .doesNotContain("@DistributedLocked", "key ="));
        runner.withBean("suspect", JobThatPromises.class)
                .run(context -> assertThat(refusal(context))
                        .message()
                        .contains("@DistributedScheduled on", "JobThatPromises.guarded()", "promises a value")
                        .doesNotContain("@DistributedLocked on"));
        fails(FinalJob.class, "@DistributedScheduled on", "is final");
    }

    @Test
    void expressionOnTheRootThatCanOnlyFailFailsTheStart() {
        fails(KeyWithoutHash.class, "KeyWithoutHash.guarded", "key = \"id\"", "Did you mean \"#id\"");
        fails(KeyIsText.class, "key = \"daily\"", "Did you mean \"'daily'\"");
        fails(KeyOfPath.class, "key = \"order.id()\"", "Did you mean \"#order\"");
        fails(KeyInList.class, "key = \"{#p0, id}\"", "Did you mean \"#id\"");
        fails(KeyInOperator.class, "key = \"'a-' + id\"", "Did you mean \"#id\"");
        fails(KeyInArgument.class, "key = \"T(String).valueOf(id)\"", "Did you mean \"#id\"");
        fails(KeyByMethodOfTarget.class, "key = \"prefix(#id)\"", "prefix()", "#root.target");
        fails(KeyByFunction.class, "key = \"#prefix(#id)\"", "#prefix");
        fails(ConditionWithoutHash.class, "condition = \"active\"", "Did you mean \"#active\"");
    }

    @Test
    void expressionOnTheRootThatCanSucceedStarts() {
        runner.withBean(RootProperties.class).run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void returnTypesWhoseWorkGoesOnFailTheStart() {
        fails(ReturnsFuture.class, "ReturnsFuture.guarded", "java.util.concurrent.Future");
        fails(ReturnsStream.class, "ReturnsStream.guarded", "java.util.stream.Stream");
        fails(ReturnsOwnStage.class, "ReturnsOwnStage.guarded", "OwnStage");
    }

    @Test
    void workHiddenBehindAnObjectFailsTheCall() {
        runner.withBean(HidesWork.class)
                .withBean(LockOperations.class, LockOperations::withoutLocking)
                .run(context -> {
                    HidesWork hides = context.getBean(HidesWork.class);
                    assertThatExceptionOfType(IllegalStateException.class)
                            .isThrownBy(() -> hides.guarded(new CompletableFuture<>()))
                            .withMessageContaining("HidesWork.guarded")
                            .withMessageContaining("does not declare it");
                    assertThatExceptionOfType(IllegalStateException.class)
                            .isThrownBy(() -> hides.guarded(Mono.just(1)));
                    assertThat(hides.guarded("value")).isEqualTo("value");
                });
    }

    @Test
    void beanThatWasMadeBeforeItsProxyFailsTheStart() {
        runner.withUserConfiguration(EarlyBean.class)
                .run(context -> assertThat(refusal(context))
                        .hasMessageContaining("bean 'early'")
                        .hasMessageContaining("Guarded.guarded")
                        .hasMessageContaining("without a proxy"));
    }

    @Test
    void beanThatPostProcessorsGetFailsTheStart() {
        for (Class<?> configuration : List.of(
                EarlyPrototype.class,
                EarlyPrototypeOfAnOrderedOne.class,
                EarlyPrototypeOfABeanFactoryPostProcessor.class,
                EarlyPrototypeOfAnOrderedBeanFactoryPostProcessor.class)) {
            runner.withUserConfiguration(configuration)
                    .run(context -> assertThat(refusal(context))
                            .as(configuration.getSimpleName())
                            .hasMessageContaining("bean 'early'")
                            .hasMessageContaining("Guarded.guarded")
                            .hasMessageContaining("without a proxy")
                            .hasMessageContaining("ObjectProvider"));
        }
    }

    @Test
    void beanThatAPostProcessorOfNoOrderGetsIsGuarded() {
        runner.withBean(LockOperations.class, LockOperations::withoutLocking)
                .withUserConfiguration(PrototypeOfAPostProcessor.class)
                .run(context -> assertThat(context.getBean(Holder.class).guarded.guarded())
                        .isEqualTo("name"));
    }

    @Test
    void beanThatWasMadeBeforeItsProxyIsNotCalledBeforeTheStartFails() {
        runner.withUserConfiguration(EarlyBean.class, CallsEarlyBean.class).run(context -> {
            assertThat(refusal(context)).hasMessageContaining("bean 'early'");
            assertThat(context.getStartupFailure()).hasStackTraceContaining("greedy");
        });
        assertThat(Caller.calls).as("calls without the lock").hasValue(0);
    }

    @Test
    void methodThatTheProxyAnswersItselfFailsTheStart() {
        fails(GuardedHashCode.class, "GuardedHashCode.hashCode()", "the proxy itself");
        fails(GuardedEquals.class, "GuardedEquals.equals(Object)", "the proxy itself");
    }

    @Test
    void jdkProxyWithoutTheMethodFailsTheStart() {
        fails(NotInTheInterface.class, "NotInTheInterface.guarded", "JDK proxy", "proxyTargetClass");
    }

    @Test
    void classProxiesReachMethodsOutsideTheInterface() {
        new ApplicationContextRunner()
                .withUserConfiguration(ClassProxies.class)
                .withBean(LockOperations.class, LockOperations::withoutLocking)
                .withBean(SemaphoreOperations.class, SemaphoreOperations::withoutLocking)
                .withBean(NotInTheInterface.class)
                .run(context -> assertThat(
                                context.getBean(NotInTheInterface.class).guarded())
                        .isEqualTo("name"));
    }

    @Test
    void missingClientFailsTheStart() {
        GuardedContext.withoutClient()
                .withBean(Guarded.class)
                .run(context -> assertThat(refusal(context))
                        .hasMessageContaining("Guarded.guarded")
                        .hasMessageContaining("no")
                        .hasMessageContaining("DflockdClient"));
    }

    @Test
    void contextWithoutGuardedBeansNeedsNoClient() {
        GuardedContext.withoutClient().run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void severalClientsWithoutAChoiceFailTheStart() {
        ApplicationContextRunner several = runner.withBean(
                "second",
                DflockdClient.class,
                () -> DflockdClient.builder().servers("127.0.0.1:2").build());
        several.withBean(Guarded.class)
                .run(context -> assertThat(refusal(context))
                        .hasMessageContaining("Guarded.guarded")
                        .hasMessageContaining("second"));
        several.withBean(OnUnknownClient.class)
                .run(context -> assertThat(refusal(context))
                        .hasMessageContaining("client = \"third\"")
                        .hasMessageContaining("[client, second]"));
        several.withBean(OnSecond.class).run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void lazyAndScopedBeansAreCheckedToo() {
        runner.withUserConfiguration(LazyFinal.class)
                .run(context -> assertThat(refusal(context)).hasMessageContaining("NoName.guarded"));
        runner.withUserConfiguration(LazyEarly.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(refusal(catchThrowable(() -> context.getBean(FinalMethod.class))))
                    .hasMessageContaining("is final");
        });
        runner.withUserConfiguration(PrototypeFinal.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(refusal(catchThrowable(() -> context.getBean(FinalMethod.class))))
                    .hasMessageContaining("is final");
        });
    }

    @Test
    void circularAndScopedAndFactoryMadeBeansAreGuarded() {
        runner.withAllowCircularReferences(true)
                .withInitializer(context -> context.getBeanFactory().registerScope("thread", new SimpleThreadScope()))
                .withBean(LockOperations.class, LockOperations::withoutLocking)
                .withUserConfiguration(Circular.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean("left", Left.class).guarded()).isEqualTo("left");
                    assertThat(context.getBean("right", Right.class).left.guarded())
                            .isEqualTo("left");
                    assertThat(context.getBean("made", Guarded.class).guarded()).isEqualTo("name");
                    assertThat(context.getBean("scoped", Guarded.class).guarded())
                            .isEqualTo("name");
                    assertThat(context.getBean("lazyLeft", LazyLeft.class).guarded())
                            .isEqualTo("lazyLeft");
                });
    }

    private void fails(Class<?> bean, String method, String... hints) {
        runner.withBean("suspect", bean)
                .run(context -> assertThat(refusal(context))
                        .as(bean.getSimpleName())
                        .message()
                        .contains("'suspect'")
                        .contains(method)
                        .contains(Arrays.asList(hints)));
    }

    private static Throwable refusal(AssertableApplicationContext context) {
        assertThat(context).hasFailed();
        return refusal(context.getStartupFailure());
    }

    private static Throwable refusal(Throwable failure) {
        Throwable current = failure;
        while (current != null && !(current instanceof LockDefinitionException)) {
            current = current.getCause();
        }
        assertThat(current).as("refusal within " + failure).isNotNull();
        return current;
    }

    static class Guarded {

        @DistributedLocked("name")
        public String guarded() {
            return LockContext.current().key();
        }
    }

    static class FinalMethod {

        @DistributedLocked("name")
        public final void guarded() {}
    }

    static class PrivateMethod {

        @DistributedLocked("name")
        private void guarded() {}
    }

    static class StaticMethod {

        @DistributedLocked("name")
        public static void guarded() {}
    }

    static class PostConstructed {

        @PostConstruct
        @DistributedLocked("name")
        public void init() {}
    }

    @DistributedLocked("name")
    static class FinalMethodOfGuardedClass {

        public final void guarded() {}
    }

    static final class FinalClass {

        @DistributedLocked("name")
        public void guarded() {}
    }

    static class NoName {

        @DistributedLocked
        public void guarded() {}
    }

    static class NameIsTemplate {

        @DistributedLocked("order-#{#id}")
        public void guarded(String id) {}
    }

    static class NameIsVariable {

        @DistributedLocked("#id")
        public void guarded(String id) {}
    }

    static class BadKey {

        @DistributedLocked(name = "order", key = "order-#{#id}")
        public void guarded(String id) {}
    }

    record Order(String id) {}

    static class KeyWithoutHash {

        @DistributedLocked(name = "order", key = "id")
        public void guarded(String id) {}
    }

    static class KeyIsText {

        @DistributedLocked(name = "order", key = "daily")
        public void guarded(String id) {}
    }

    static class KeyOfPath {

        @DistributedLocked(name = "order", key = "order.id()")
        public void guarded(Order order) {}
    }

    static class KeyInList {

        @DistributedLocked(name = "order", key = "{#p0, id}")
        public void guarded(String id) {}
    }

    static class KeyInOperator {

        @DistributedLocked(name = "order", key = "'a-' + id")
        public void guarded(String id) {}
    }

    static class KeyInArgument {

        @DistributedLocked(name = "order", key = "T(String).valueOf(id)")
        public void guarded(String id) {}
    }

    static class KeyByMethodOfTarget {

        @DistributedLocked(name = "order", key = "prefix(#id)")
        public void guarded(String id) {}

        public String prefix(String id) {
            return "a" + id;
        }
    }

    static class KeyByFunction {

        @DistributedLocked(name = "order", key = "#prefix(#id)")
        public void guarded(String id) {}
    }

    static class ConditionWithoutHash {

        @DistributedLocked(name = "order", condition = "active")
        public void guarded(boolean active) {}
    }

    static class RootProperties {

        @DistributedLocked(name = "order", key = "methodName + args[0] + target.toString() + targetClass.simpleName")
        public void properties(String id) {}

        @DistributedLocked(name = "order", key = "getMethodName() + getArgs()[0] + #root.method.name + hashCode()")
        public void methods(String id) {}

        @DistributedLocked(name = "order", key = "#orders.![id] + #orders.?[id == 'a'] + #orders.^[id != null]")
        public void projections(List<Order> orders) {}

        @DistributedLocked(name = "order", key = "#names[id] + {id: #names}[id] + @bean.id + #names?.id")
        public void maps(Map<String, String> names) {}

        @DistributedLocked(name = "order", key = "new java.util.Date().time + T(Math).PI + true + null + 1")
        public void types() {}
    }

    static class UnknownVariable {

        @DistributedLocked(name = "order", key = "'order-' + #ident")
        public void guarded(String id) {}
    }

    static class BadCondition {

        @DistributedLocked(name = "order", condition = "#p9")
        public void guarded(boolean first) {}
    }

    static class NoUnit {

        @DistributedLocked(name = "order", acquireTimeout = "10")
        public void guarded() {}
    }

    static class BadDuration {

        @DistributedLocked(name = "order", leaseTtl = "soon")
        public void guarded() {}
    }

    static class ZeroLease {

        @DistributedLocked(name = "order", leaseTtl = "0s")
        public void guarded() {}
    }

    static class NegativeTimeout {

        @DistributedLocked(name = "order", acquireTimeout = "-1s")
        public void guarded() {}
    }

    static class UnknownProperty {

        @DistributedLocked(name = "order", leaseTtl = "${no.such.property}")
        public void guarded() {}
    }

    static class LimitBelowOne {

        @DistributedConcurrencyLimit(name = "pool", limit = 0)
        public void guarded() {}
    }

    static class NoLimit {

        @DistributedConcurrencyLimit(name = "pool")
        public void guarded() {}
    }

    static class BothLimits {

        @DistributedConcurrencyLimit(name = "pool", limit = 1, limitString = "2")
        public void guarded() {}
    }

    static class LimitNoNumber {

        @DistributedConcurrencyLimit(name = "pool", limitString = "many")
        public void guarded() {}
    }

    static class SkipWithPrimitive {

        @DistributedLocked(name = "order", onBusy = OnBusy.SKIP)
        public int guarded() {
            return 1;
        }
    }

    static class ReturnsFuture {

        @DistributedLocked("name")
        public Future<String> guarded() {
            return new CompletableFuture<>();
        }
    }

    static class ReturnsStream {

        @DistributedLocked("name")
        public Stream<String> guarded() {
            return Stream.of("a");
        }
    }

    static class OwnStage extends CompletableFuture<String> {}

    static class ReturnsOwnStage {

        @DistributedLocked("name")
        public OwnStage guarded() {
            return new OwnStage();
        }
    }

    static class HidesWork {

        @DistributedLocked("name")
        public Object guarded(Object work) {
            return work;
        }
    }

    static class NotInTheInterface implements Supplier<String> {

        @Override
        public String get() {
            return "";
        }

        @DistributedLocked("name")
        public String guarded() {
            return LockContext.current().key();
        }
    }

    static class OnUnknownClient {

        @DistributedLocked(name = "name", client = "third")
        public void guarded() {}
    }

    static class OnSecond {

        @DistributedLocked(name = "name", client = "second")
        public void guarded() {}
    }

    static class Left {

        Right right;

        @DistributedLocked("left")
        public String guarded() {
            return LockContext.current().key();
        }
    }

    static class Right {

        Left left;
    }

    static class LazyLeft {

        LazyRight right;

        @DistributedLocked("lazyLeft")
        public String guarded() {
            return LockContext.current().key();
        }
    }

    static class LazyRight {

        LazyLeft left;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking(proxyTargetClass = true)
    static class ClassProxies {}

    /** Made before the proxy creator is, with all that it needs. */
    static class GreedyPostProcessor implements BeanPostProcessor, PriorityOrdered {

        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EarlyBean {

        @Bean
        static GreedyPostProcessor greedy(Guarded early) {
            return new GreedyPostProcessor();
        }

        @Bean
        static Guarded early() {
            return new Guarded();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyFinal {

        @Bean
        @Lazy
        NoName lazy() {
            return new NoName();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyEarly {

        @Bean
        @Lazy
        FinalMethod lazy() {
            return new FinalMethod();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeFinal {

        @Bean
        @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
        FinalMethod prototype() {
            return new FinalMethod();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Circular {

        @Bean
        Left left() {
            return new LeftWithSetter();
        }

        @Bean
        Right right() {
            return new RightWithSetter();
        }

        @Bean
        @Lazy
        LazyLeft lazyLeft() {
            return new LazyLeftWithSetter();
        }

        @Bean
        @Lazy
        LazyRight lazyRight() {
            return new LazyRightWithSetter();
        }

        @Bean
        FactoryBean<Guarded> made() {
            return new FactoryBean<>() {
                @Override
                public Guarded getObject() {
                    return new Guarded();
                }

                @Override
                public Class<?> getObjectType() {
                    return Guarded.class;
                }
            };
        }

        @Bean
        @Scope(value = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Guarded scoped() {
            return new Guarded();
        }
    }

    static class LeftWithSetter extends Left {

        @Autowired
        void setRight(Right right) {
            this.right = right;
        }
    }

    static class RightWithSetter extends Right {

        @Autowired
        void setLeft(Left left) {
            this.left = left;
        }
    }

    static class LazyLeftWithSetter extends LazyLeft {

        @Autowired
        void setRight(LazyRight right) {
            this.right = right;
        }
    }

    static class LazyRightWithSetter extends LazyRight {

        @Autowired
        void setLeft(LazyLeft left) {
            this.left = left;
        }
    }

    static class BlankInName {

        @DistributedLocked(name = "my order", key = "#id")
        public void guarded(String id) {}
    }

    static class BlankInNameOfLimit {

        @DistributedConcurrencyLimit(name = "a\tb", limit = 2)
        public void guarded() {}
    }

    static class LongName {

        private static final String PART = "0123456789012345678901234567890123456789012345678901234567890123456789";

        @DistributedLocked(PART + PART + PART + PART)
        public void guarded() {}
    }

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedLocked
    @interface OnOneNode {}

    static class ComposedWithoutName {

        @OnOneNode
        public void guarded(String id, int amount) {}
    }

    static class JobThatPromises {

        @DistributedScheduled("job")
        public int guarded() {
            return 1;
        }
    }

    static class FinalJob {

        @DistributedScheduled("job")
        public final void guarded() {}
    }

    /** Gets a bean, and comes after the proxy creator. */
    static class Holder implements BeanPostProcessor {

        final Guarded guarded;

        Holder(Guarded guarded) {
            this.guarded = guarded;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrototypeOfAPostProcessor {

        @Bean
        @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
        static Guarded early() {
            return new Guarded();
        }

        @Bean
        static Holder holder(Guarded early) {
            return new Holder(early);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EarlyPrototype {

        @Bean
        static GreedyPostProcessor greedy(Guarded early) {
            return new GreedyPostProcessor();
        }

        @Bean
        @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
        static Guarded early() {
            return new Guarded();
        }
    }

    /** Made with the proxy creator, which is there but not asked yet. */
    static class OrderedPostProcessor implements BeanPostProcessor, Ordered {

        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EarlyPrototypeOfAnOrderedOne {

        @Bean
        static OrderedPostProcessor greedy(Guarded early) {
            return new OrderedPostProcessor();
        }

        @Bean
        @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
        static Guarded early() {
            return new Guarded();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EarlyPrototypeOfABeanFactoryPostProcessor {

        @Bean
        static BeanFactoryPostProcessor greedy() {
            return beanFactory -> beanFactory.getBean("early");
        }

        @Bean
        @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
        static Guarded early() {
            return new Guarded();
        }
    }

    static class GreedyBeanFactoryPostProcessor implements BeanFactoryPostProcessor, PriorityOrdered {

        @Override
        public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {}

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EarlyPrototypeOfAnOrderedBeanFactoryPostProcessor {

        @Bean
        static GreedyBeanFactoryPostProcessor greedy(Guarded early) {
            return new GreedyBeanFactoryPostProcessor();
        }

        @Bean
        @Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
        static Guarded early() {
            return new Guarded();
        }
    }

    static class Caller {

        static final AtomicInteger calls = new AtomicInteger();

        Caller(Guarded guarded) {
            calls.incrementAndGet();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class CallsEarlyBean {

        @Bean
        Caller caller(Guarded early) {
            return new Caller(early);
        }
    }

    static class GuardedHashCode {

        @Override
        @DistributedLocked("name")
        public int hashCode() {
            return 1;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }

    static class GuardedEquals {

        @Override
        public int hashCode() {
            return 1;
        }

        @Override
        @DistributedLocked("name")
        public boolean equals(Object other) {
            return this == other;
        }
    }
}
