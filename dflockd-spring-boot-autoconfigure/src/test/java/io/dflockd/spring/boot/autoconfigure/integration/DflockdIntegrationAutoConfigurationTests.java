package io.dflockd.spring.boot.autoconfigure.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.integration.DflockdLockRegistry;
import java.util.ConcurrentModificationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;
import org.springframework.integration.support.locks.LockRegistry;
import org.springframework.integration.support.locks.RenewableLockRegistry;

@Timeout(60)
class DflockdIntegrationAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(DflockdAutoConfiguration.class, DflockdIntegrationAutoConfiguration.class))
            .withPropertyValues("dflockd.embedded.enabled=true");

    @Test
    void registryLocksOnTheServer() {
        runner.run(context -> {
            EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
            assertThat(context).hasBean("dflockdLockRegistry").doesNotHaveBean(LockRegistryLeaderInitiator.class);
            Lock lock = context.getBean(LockRegistry.class).obtain("a b");
            lock.lock();
            assertThat(server.view().holders("integration:a%20b")).hasSize(1);
            lock.unlock();
            assertThat(server.view().holders()).isEmpty();
        });
    }

    @Test
    void prefixAndEncodingCount() {
        runner.withPropertyValues("dflockd.integration.key-prefix=mine/", "dflockd.integration.key-encoding=hash-unfit")
                .run(context -> {
                    Lock lock = context.getBean(LockRegistry.class).obtain("a b");
                    lock.lock();
                    assertThat(context.getBean(EmbeddedDflockdServer.class)
                                    .view()
                                    .holders())
                            .singleElement()
                            .satisfies(holder -> assertThat(holder.key()).startsWith("mine/a-sha256-"));
                    lock.unlock();
                });
    }

    @Test
    void interruptOnLossCounts() {
        runner.withPropertyValues("dflockd.integration.interrupt-on-loss=true").run(context -> {
            EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
            Lock lock = context.getBean(LockRegistry.class).obtain("k");
            lock.lock();
            long connection = server.view().holders("integration:k").get(0).connectionId();
            // On another thread, as this one is interrupted.
            CompletableFuture<Void> cut =
                    CompletableFuture.runAsync(() -> server.faults().cut(connection));
            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> new CountDownLatch(1).await(20, TimeUnit.SECONDS));
            cut.join();
            assertThatExceptionOfType(ConcurrentModificationException.class).isThrownBy(lock::unlock);
        });
    }

    @Test
    void registryOfTheApplicationCounts() {
        LockRegistry<Lock> own = key -> new ReentrantLock();
        runner.withBean("own", LockRegistry.class, () -> own)
                .run(context -> assertThat(context.getBean(LockRegistry.class)).isSameAs(own));
    }

    @Test
    void thereIsNoneWithoutItsJarsAClientOrIfItIsSwitchedOff() {
        for (Class<?> missing : new Class<?>[] {RenewableLockRegistry.class, CannotAcquireLockException.class}) {
            runner.withClassLoader(new FilteredClassLoader(missing))
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("dflockdLockRegistry"));
        }
        for (String off : new String[] {"dflockd.integration.enabled=false", "dflockd.enabled=false"}) {
            runner.withPropertyValues(off)
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockRegistry.class));
        }
        runner.withBean("one", DflockdClient.class, DflockdClient::withoutLocking)
                .withBean("two", DflockdClient.class, DflockdClient::withoutLocking)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(DflockdLockRegistry.class));
    }
}
