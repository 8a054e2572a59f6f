package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockNotReentrantException;
import io.dflockd.spring.lock.ReactiveLockContext;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactoryBean;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.target.HotSwappableTargetSource;
import org.springframework.aop.target.PrototypeTargetSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import reactor.core.publisher.Mono;

/** A bean behind several proxies that guard it takes one lock, and proxies that others make are no mistake. */
class TwoProxiesTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(Locking.class)
            .withBean("client", DflockdClient.class, DflockdClient::withoutLocking);

    @Test
    void callThroughTwoProxyCreatorsTakesOneLock() {
        runner.withUserConfiguration(SecondCreator.class)
                .withBean(Guarded.class)
                .run(context -> {
                    Guarded guarded = context.getBean(Guarded.class);
                    assertThat(((Advised) guarded).getTargetSource().getTarget())
                            .as("two proxies")
                            .isInstanceOf(Advised.class);
                    for (int call = 0; call < 2; call++) {
                        assertThat(guarded.guarded()).isEqualTo("name");
                        assertThat(guarded.limited()).isEqualTo("limited");
                        assertThat(guarded.both("7")).isEqualTo("few:7");
                        assertThat(guarded.stage().toCompletableFuture().get()).isEqualTo("stage");
                        assertThat(guarded.mono().block()).isEqualTo("mono");
                    }
                    assertThat(LockContext.find()).isEmpty();
                });
    }

    @Test
    void callOfTheMethodItselfThroughTwoProxiesIsStillRefused() {
        runner.withUserConfiguration(SecondCreator.class)
                .withBean(Recursive.class)
                .run(context -> {
                    Recursive recursive = context.getBean(Recursive.class);
                    assertThatExceptionOfType(LockNotReentrantException.class).isThrownBy(() -> recursive.guarded(1));
                    assertThat(recursive.guarded(0)).isEqualTo("name");
                });
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                FactoryOfABean.class,
                FactoryByName.class,
                FactoryOfAnObject.class,
                Swappable.class,
                OneForEachCall.class
            })
    void proxyOfAFactoryBeanTakesOneLock(Class<?> configuration) {
        runner.withUserConfiguration(configuration).run(context -> {
            assertThat(context).hasNotFailed();
            Guarded made = context.getBean("made", Guarded.class);
            assertThat(made.guarded()).isEqualTo("name");
            assertThat(made.both("7")).isEqualTo("few:7");
            assertThat(made.mono().block()).isEqualTo("mono");
        });
    }

    /** Two contexts have clients of their own, so equal keys are no longer one lock. */
    @Test
    void proxiesOfTwoContextsTakeTheLocksOfBoth() {
        try (EmbeddedDflockdServer own = EmbeddedDflockdServer.builder().start();
                EmbeddedDflockdServer ofChild = EmbeddedDflockdServer.builder().start()) {
            new ApplicationContextRunner()
                    .withUserConfiguration(Locking.class)
                    .withBean("client", DflockdClient.class, () -> clientOf(own))
                    .withBean("probe", Probe.class, () -> new Probe(List.of(own, ofChild)))
                    .run(parent -> new ApplicationContextRunner()
                            .withParent(parent)
                            .withUserConfiguration(Locking.class, FactoryOfTheParents.class)
                            .withBean("client", DflockdClient.class, () -> clientOf(ofChild))
                            .run(child -> assertThat(
                                            child.getBean("made", Probe.class).holders())
                                    .containsExactly(1, 1)));
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static DflockdClient clientOf(EmbeddedDflockdServer server) {
        return DflockdClient.builder().servers(server.address()).build();
    }

    static class Probe {

        private final List<EmbeddedDflockdServer> servers;

        Probe(List<EmbeddedDflockdServer> servers) {
            this.servers = servers;
        }

        @DistributedLocked("name")
        public List<Integer> holders() {
            return servers.stream()
                    .map(server -> server.view().holders("name").size())
                    .toList();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FactoryOfTheParents {

        @Bean
        ProxyFactoryBean made(@Qualifier("probe") Probe probe) {
            ProxyFactoryBean factory = subclassing();
            factory.setTarget(probe);
            return factory;
        }
    }

    static class Guarded {

        @DistributedLocked("name")
        public String guarded() {
            return LockContext.current().key();
        }

        @DistributedConcurrencyLimit(name = "limited", limit = 1)
        public String limited() {
            return LockContext.current().key();
        }

        @DistributedLocked(name = "one", key = "#id")
        @DistributedConcurrencyLimit(name = "few", key = "#id", limit = 1)
        public String both(String id) {
            return LockContext.current().key();
        }

        @DistributedLocked("stage")
        public CompletionStage<String> stage() {
            return CompletableFuture.completedFuture(LockContext.current().key());
        }

        @DistributedLocked("mono")
        public Mono<String> mono() {
            return ReactiveLockContext.current().map(context -> context.key());
        }
    }

    static class Recursive {

        private final ObjectProvider<Recursive> self;

        Recursive(ObjectProvider<Recursive> self) {
            this.self = self;
        }

        @DistributedLocked("name")
        public String guarded(int depth) {
            return depth == 0 ? LockContext.current().key() : self.getObject().guarded(depth - 1);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking(proxyTargetClass = true)
    static class Locking {}

    @Configuration(proxyBeanMethods = false)
    static class SecondCreator {

        @Bean
        static DefaultAdvisorAutoProxyCreator second() {
            DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
            creator.setProxyTargetClass(true);
            return creator;
        }
    }

    private static ProxyFactoryBean subclassing() {
        ProxyFactoryBean factory = new ProxyFactoryBean();
        factory.setProxyTargetClass(true);
        return factory;
    }

    static class OneBean {

        @Bean
        Guarded guarded() {
            return new Guarded();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FactoryOfABean extends OneBean {

        @Bean
        ProxyFactoryBean made(Guarded guarded) {
            ProxyFactoryBean factory = subclassing();
            factory.setTarget(guarded);
            return factory;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FactoryByName extends OneBean {

        @Bean
        ProxyFactoryBean made() {
            ProxyFactoryBean factory = subclassing();
            factory.setTargetName("guarded");
            return factory;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FactoryOfAnObject {

        @Bean
        ProxyFactoryBean made() {
            ProxyFactoryBean factory = subclassing();
            factory.setTarget(new Guarded());
            return factory;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Swappable extends OneBean {

        @Bean
        ProxyFactoryBean made(Guarded guarded) {
            ProxyFactoryBean factory = subclassing();
            factory.setTargetSource(new HotSwappableTargetSource(guarded));
            return factory;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneForEachCall {

        @Bean
        @Scope("prototype")
        Guarded guarded() {
            return new Guarded();
        }

        @Bean
        ProxyFactoryBean made(BeanFactory beans) {
            PrototypeTargetSource source = new PrototypeTargetSource();
            source.setTargetBeanName("guarded");
            source.setTargetClass(Guarded.class);
            source.setBeanFactory(beans);
            ProxyFactoryBean factory = subclassing();
            factory.setTargetSource(source);
            return factory;
        }
    }
}
