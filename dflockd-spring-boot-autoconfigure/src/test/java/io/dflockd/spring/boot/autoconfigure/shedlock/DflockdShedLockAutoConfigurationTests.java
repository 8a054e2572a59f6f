package io.dflockd.spring.boot.autoconfigure.shedlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.shedlock.DflockdLockProvider;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import java.time.Duration;
import java.util.Optional;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class DflockdShedLockAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(DflockdAutoConfiguration.class, DflockdShedLockAutoConfiguration.class))
            .withPropertyValues("dflockd.embedded.enabled=true");

    @Test
    void shedLockLocksOnTheServer() {
        runner.run(context -> {
            EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
            SimpleLock lock = context.getBean(LockProvider.class)
                    .lock(job(Duration.ofMinutes(1)))
                    .orElseThrow();
            assertThat(server.view().holders("shedlock:job")).hasSize(1);
            lock.unlock();
            assertThat(server.view().holders()).isEmpty();
        });
    }

    @Test
    void propertiesCount() {
        runner.withPropertyValues("dflockd.shedlock.key-prefix=jobs/", "dflockd.shedlock.at-most=ignore")
                .run(context -> {
                    EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
                    SimpleLock lock = context.getBean(LockProvider.class)
                            .lock(job(Duration.ofMillis(50)))
                            .orElseThrow();
                    await().during(Duration.ofMillis(500))
                            .until(() -> server.view().holders("jobs/job").size() == 1);
                    lock.unlock();
                });
    }

    @Test
    void prefixThatCannotBePartOfAKeyFailsTheStart() {
        runner.withPropertyValues("dflockd.shedlock.key-prefix=a b")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                        .hasMessageContaining("dflockd.shedlock.key-prefix")
                        .hasMessageContaining("'a b'"));
    }

    @Test
    void providerOfTheApplicationCounts() {
        LockProvider own = configuration -> Optional.empty();
        runner.withBean("own", LockProvider.class, () -> own)
                .run(context -> assertThat(context.getBean(LockProvider.class)).isSameAs(own));
    }

    @Test
    void thereIsNoneWithoutShedLockAClientOrTheModuleOrIfItIsSwitchedOff() {
        for (Class<?> missing : new Class<?>[] {LockProvider.class, DflockdLockProvider.class}) {
            runner.withClassLoader(new FilteredClassLoader(missing))
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("dflockdLockProvider"));
        }
        for (String off : new String[] {"dflockd.shedlock.enabled=false", "dflockd.enabled=false"}) {
            runner.withPropertyValues(off)
                    .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockProvider.class));
        }
        runner.withBean("one", DflockdClient.class, DflockdClient::withoutLocking)
                .withBean("two", DflockdClient.class, DflockdClient::withoutLocking)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(LockProvider.class));
    }

    private static LockConfiguration job(Duration atMost) {
        return new LockConfiguration(ClockProvider.now(), "job", atMost, Duration.ZERO);
    }
}
