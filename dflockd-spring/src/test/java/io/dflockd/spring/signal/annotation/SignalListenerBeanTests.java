package io.dflockd.spring.signal.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.signal.annotation.SignalContext.Notes;
import io.dflockd.spring.signal.endpoint.DefaultSignalListenerContainerFactory;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.endpoint.SimpleSignalListenerEndpoint;
import io.dflockd.spring.signal.listener.ContainerSettings;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.annotation.Async;

/** Which beans can have listeners, and how long they listen. */
@Timeout(60)
class SignalListenerBeanTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    final SignalContext signals = new SignalContext();

    /** Keeps its beans until {@link #clear}, like the refresh scope of Spring Cloud. */
    static final class TestScope implements org.springframework.beans.factory.config.Scope {

        private final Map<String, Object> beans = new HashMap<>();

        private final Map<String, Runnable> callbacks = new HashMap<>();

        @Override
        public synchronized Object get(String name, ObjectFactory<?> factory) {
            Object bean = beans.get(name);
            if (bean == null) {
                bean = factory.getObject();
                beans.put(name, bean);
            }
            return bean;
        }

        @Override
        public synchronized Object remove(String name) {
            callbacks.remove(name);
            return beans.remove(name);
        }

        @Override
        public synchronized void registerDestructionCallback(String name, Runnable callback) {
            callbacks.put(name, callback);
        }

        @Override
        public Object resolveContextualObject(String key) {
            return null;
        }

        @Override
        public String getConversationId() {
            return "test";
        }

        synchronized void clear() {
            callbacks.values().forEach(Runnable::run);
            callbacks.clear();
            beans.clear();
        }
    }

    @Configuration
    static class Scopes {

        @Bean
        static TestScope testScope() {
            return new TestScope();
        }

        @Bean
        static CustomScopeConfigurer scopes(TestScope scope) {
            CustomScopeConfigurer configurer = new CustomScopeConfigurer();
            configurer.addScope("test", scope);
            configurer.addScope("request", scope);
            return configurer;
        }
    }

    static class Scoped {

        private static final AtomicInteger NUMBER = new AtomicInteger();

        private final int number = NUMBER.incrementAndGet();

        private Notes notes;

        /** For a proxy. */
        Scoped() {}

        Scoped(Notes notes) {
            this.notes = notes;
        }

        @SignalListener("scoped")
        public void listen(String payload) {
            notes.add(payload + " in bean " + number);
        }
    }

    @Configuration
    static class ScopedBean {

        @Bean
        @Scope(value = "test", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Scoped scoped(Notes notes) {
            return new Scoped(notes);
        }
    }

    private static int numberIn(String line) {
        return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
    }

    @Test
    void scopedBeanListensFromTheStartThroughItsProxy() throws Exception {
        ConfigurableApplicationContext context = signals.run(Scopes.class, ScopedBean.class);
        assertThat(signals.registry().getListenerContainerIds()).containsExactly("scoped.listen");
        assertThat(signals.send("scoped", "first")).isEqualTo(1);
        await().atMost(SOON).until(() -> signals.notes().lines.size() == 1);
        context.getBean(TestScope.class).clear();
        context.getBean(Scoped.class).toString();
        assertThat(signals.send("scoped", "second")).isEqualTo(1);
        await().atMost(SOON).until(() -> signals.notes().lines.size() == 2);
        List<String> lines = signals.notes().lines;
        assertThat(lines.get(0)).startsWith("first");
        assertThat(lines.get(1)).startsWith("second");
        assertThat(numberIn(lines.get(1))).isGreaterThan(numberIn(lines.get(0)));
        assertThat(signals.registry().getListenerContainerIds()).containsExactly("scoped.listen");
    }

    @Configuration
    static class RequestBean {

        @Bean
        @Scope(value = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
        Scoped scoped(Notes notes) {
            return new Scoped(notes);
        }
    }

    @Configuration
    static class PrototypeBean {

        @Bean
        @Scope(BeanDefinition.SCOPE_PROTOTYPE)
        Scoped scoped(Notes notes) {
            return new Scoped(notes);
        }
    }

    @Configuration
    static class ScopeWithoutProxy {

        @Bean
        @Scope("test")
        Scoped scoped(Notes notes) {
            return new Scoped(notes);
        }
    }

    @Test
    void beansThatComeAndGoAreRefusedAtTheStart() {
        refused(PrototypeBean.class, "'scoped'", "Scoped.listen(", "prototype", "singleton");
        refused(ScopeWithoutProxy.class, "'scoped'", "Scoped.listen(", "'test'", "proxyMode");
        refused(RequestBean.class, "'scoped'", "Scoped.listen(", "request");
    }

    @Configuration
    static class HiddenPrototype {

        @Bean
        @Scope(BeanDefinition.SCOPE_PROTOTYPE)
        Object hidden(Notes notes) {
            return new Scoped(notes);
        }
    }

    @Test
    void prototypeWhoseTypeIsHiddenIsRefusedWhenItIsMade() throws Exception {
        ConfigurableApplicationContext context = signals.run(HiddenPrototype.class);
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> context.getBean("hidden"))
                .satisfies(
                        failure -> assertThat(SignalContext.messages(failure)).contains("'hidden'", "prototype"));
    }

    @Configuration
    static class LazyBean {

        @Bean
        @Lazy
        Scoped lazy(Notes notes) {
            return new Scoped(notes);
        }
    }

    @Test
    void containerGoesWithItsBean() throws Exception {
        ConfigurableApplicationContext context = signals.run(LazyBean.class);
        assertThat(signals.registry().getListenerContainerIds()).isEmpty();
        for (int i = 1; i <= 2; i++) {
            int count = i;
            context.getBean("lazy");
            signals.awaitListeners(1);
            assertThat(signals.send("scoped", "x")).isEqualTo(1);
            await().atMost(SOON).until(() -> signals.notes().lines.size() == count);
            ((org.springframework.beans.factory.support.DefaultSingletonBeanRegistry) context.getBeanFactory())
                    .destroySingleton("lazy");
            assertThat(signals.registry().getListenerContainerIds()).isEmpty();
            signals.awaitListeners(0);
            assertThat(signals.send("scoped", "x")).isZero();
        }
        assertThat(signals.notes().lines).hasSize(2);
    }

    static class ScopedFactory implements FactoryBean<Scoped> {

        private final Notes notes;

        ScopedFactory(Notes notes) {
            this.notes = notes;
        }

        @Override
        public Scoped getObject() {
            return new Scoped(notes);
        }

        @Override
        public Class<?> getObjectType() {
            return Scoped.class;
        }
    }

    @Configuration
    static class Product {

        @Bean
        ScopedFactory product(Notes notes) {
            return new ScopedFactory(notes);
        }
    }

    @Test
    void productOfAFactoryBeanListensFromTheStart() throws Exception {
        signals.run(Product.class);
        assertThat(signals.registry().getListenerContainerIds()).containsExactly("product.listen");
        assertThat(signals.send("scoped", "x")).isEqualTo(1);
    }

    @Configuration
    static class AnnotatedFactoryMethod {

        @Bean
        @SignalListener("a")
        Scoped scoped(Notes notes) {
            return new Scoped(notes);
        }
    }

    @Test
    void factoryMethodIsRefused() {
        refused(AnnotatedFactoryMethod.class, ".scoped(", "@Bean method");
    }

    record Placed(String id) {}

    record Cancelled(String id) {}

    static class Overloads {

        private final Notes notes;

        Overloads(Notes notes) {
            this.notes = notes;
        }

        @SignalListener("placed")
        void on(Placed placed) {
            notes.add("placed " + placed.id());
        }

        @SignalListener("cancelled")
        void on(Cancelled cancelled) {
            notes.add("cancelled " + cancelled.id());
        }

        @SignalListener("other")
        void other(Cancelled cancelled) {}
    }

    @Test
    void overloadedMethodsHaveIdsOfTheirOwn() throws Exception {
        signals.run(Overloads.class);
        String bean = "signalListenerBeanTests.Overloads";
        assertThat(signals.registry().getListenerContainerIds())
                .containsExactlyInAnyOrder(bean + ".on(Placed)", bean + ".on(Cancelled)", bean + ".other");
        signals.send("placed", "{\"id\":\"1\"}");
        signals.send("cancelled", "{\"id\":\"2\"}");
        signals.notes().await("placed 1", "cancelled 2");
    }

    static class Twice {

        private final Notes notes;

        Twice(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(
                id = "twice",
                channels = {"a, a", "b", "a"})
        void listen(String payload) {
            notes.add(payload);
        }
    }

    @Test
    void channelThatIsNamedTwiceIsHandledOnce() throws Exception {
        signals.run(Twice.class);
        assertThat(signals.registry().getListenerContainer("twice").getChannels())
                .containsExactly("a", "b");
        signals.send("a", "x");
        signals.send("b", "y");
        signals.notes().await("x", "y");
        await().during(Duration.ofMillis(200)).until(() -> signals.notes().lines.size() == 2);
    }

    @Test
    void wrongPatternOfAListenerInCodeNamesIt() throws Exception {
        ConfigurableApplicationContext context = signals.run();
        DefaultSignalListenerContainerFactory factory =
                new DefaultSignalListenerContainerFactory(context.getBeanFactory(), ContainerSettings.defaults());
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> signals.registry()
                        .registerListenerContainer(
                                new SimpleSignalListenerEndpoint("mine", List.of("a.>.b"), (signal, info) -> {}),
                                factory))
                .withMessageContaining("'mine'")
                .withMessageContaining("a.>.b");
    }

    @Test
    void unregisteredListenerIsStopped() throws Exception {
        signals.run(FinalMethod.class);
        SignalListenerEndpointRegistry registry = signals.registry();
        String id = registry.getListenerContainerIds().iterator().next();
        SignalListenerContainer container = registry.unregisterListenerContainer(id);
        assertThat(container).isNotNull();
        assertThat(container.isRunning()).isFalse();
        assertThat(registry.getListenerContainerIds()).isEmpty();
        assertThat(registry.unregisterListenerContainer(id)).isNull();
        signals.awaitListeners(0);
        registry.stop();
        registry.start();
        assertThat(container.isRunning()).isFalse();
    }

    static class FinalMethod {

        @SignalListener("a")
        public final void listen(String payload) {}
    }

    static class PrivateMethod {

        @SignalListener("a")
        private void listen(String payload) {}
    }

    interface Other {
        void other();
    }

    static class NotOnTheInterface implements Other {

        @Override
        public void other() {}

        @SignalListener("a")
        public void listen(String payload) {}
    }

    private static Object proxied(Object target, boolean byClass) {
        ProxyFactory factory = new ProxyFactory(target);
        factory.setProxyTargetClass(byClass);
        return factory.getProxy();
    }

    @Configuration
    static class FinalMethodOfAProxy {
        @Bean
        Object proxied() {
            return SignalListenerBeanTests.proxied(new FinalMethod(), true);
        }
    }

    @Configuration
    static class PrivateMethodOfAProxy {
        @Bean
        Object proxied() {
            return SignalListenerBeanTests.proxied(new PrivateMethod(), true);
        }
    }

    @Configuration
    static class MethodThatAProxyDoesNotHave {
        @Bean
        Object proxied() {
            return SignalListenerBeanTests.proxied(new NotOnTheInterface(), false);
        }
    }

    @Test
    void methodsThatAProxyDoesNotPassOnAreRefused() {
        refused(FinalMethodOfAProxy.class, "'proxied'", "FinalMethod.listen(", "final");
        refused(PrivateMethodOfAProxy.class, "'proxied'", "PrivateMethod.listen(", "private");
        refused(MethodThatAProxyDoesNotHave.class, "'proxied'", "NotOnTheInterface.listen(", "interface");
    }

    @Test
    void finalMethodWithoutAProxyIsAllowed() throws Exception {
        signals.run(FinalMethod.class);
        assertThat(signals.send("a", "x")).isEqualTo(1);
    }

    static class AsyncMethod {
        @Async
        @SignalListener("a")
        void listen(String payload) {}
    }

    @Async
    static class AsyncClass {
        @SignalListener("a")
        void listen(String payload) {}
    }

    @Async
    @Retention(RetentionPolicy.RUNTIME)
    @interface Background {}

    static class ComposedAsync {
        @Background
        @SignalListener("a")
        void listen(String payload) {}
    }

    @Configuration
    static class OtherAsync {
        @Bean
        Object proxied() {
            ProxyFactory factory = new ProxyFactory(new NotOnTheInterface());
            factory.setProxyTargetClass(true);
            factory.addAdvisor(
                    new DefaultPointcutAdvisor(new AsyncExecutionInterceptor(new SimpleAsyncTaskExecutor())));
            return factory.getProxy();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {AsyncMethod.class, AsyncClass.class, ComposedAsync.class, OtherAsync.class})
    void asynchronousListenersAreRefused(Class<?> listener) {
        refused(listener, ".listen(", "@Async");
    }

    static class ReturnsCallable {
        @SignalListener("a")
        Callable<String> listen(String payload) {
            return () -> payload;
        }
    }

    static class ReturnsSupplier {
        @SignalListener("a")
        Supplier<String> listen(String payload) {
            return () -> payload;
        }
    }

    static class ReturnsRunnable {
        @SignalListener("a")
        Runnable listen(String payload) {
            return () -> {};
        }
    }

    static class ReturnsStream {
        @SignalListener("a")
        IntStream listen(String payload) {
            return payload.chars();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {ReturnsCallable.class, ReturnsSupplier.class, ReturnsRunnable.class, ReturnsStream.class})
    void listenersThatLeaveTheirWorkToTheCallerAreRefused(Class<?> listener) {
        refused(listener, ".listen(", "nobody would call it");
    }

    private void refused(Class<?> listener, String... texts) {
        assertThat(SignalContext.messages(signals.failure(Scopes.class, listener)))
                .contains("@SignalListener")
                .contains(texts);
    }
}
