package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

/** A lost lock commits nothing, wherever the transaction manager stands; or the start says that it may. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class TransactionManagersTests {

    @RegisterExtension
    final LockServer locks = new LockServer();

    private final ApplicationContextRunner database =
            new ApplicationContextRunner().withUserConfiguration(Database.class);

    private ApplicationContextRunner application() {
        return new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withBean("client", DflockdClient.class, locks::newClient)
                .withBean(LockServer.class, () -> locks)
                .withBean(Orders.class);
    }

    @Test
    void managerOfTheParentContextRollsBack(CapturedOutput output) {
        for (Class<?> manager : new Class<?>[] {Eager.class, Made.class}) {
            database.withUserConfiguration(manager).run(parent -> {
                application().withParent(parent).run(context -> {
                    assertThat(context).hasNotFailed();
                    Orders orders = context.getBean(Orders.class);
                    assertThatExceptionOfType(LockLostException.class).isThrownBy(orders::writeAndLose);
                    assertThat(orders.count()).isZero();
                });
            });
        }
        assertThat(output).doesNotContain("cannot be guarded");
    }

    @Test
    void managerThatOnlyDelegatesIsNamedAtStart(CapturedOutput output) {
        database.withUserConfiguration(Delegating.class).run(parent -> {
            application().withParent(parent).run(context -> assertThat(context).hasNotFailed());
        });
        assertThat(output)
                .contains("'delegating'")
                .contains("Delegate")
                .contains("cannot be guarded")
                .contains("LockLossTransactionListener");
    }

    @Test
    void managerThatOnlyDelegatesIsNotNamedWithoutGuardedBeans(CapturedOutput output) {
        database.withUserConfiguration(Delegating.class, Application.class)
                .run(context -> assertThat(context).hasNotFailed());
        assertThat(output).doesNotContain("cannot be guarded");
    }

    static class Orders {

        private final JdbcTemplate jdbc;

        private final LockServer locks;

        Orders(JdbcTemplate jdbc, LockServer locks) {
            this.jdbc = jdbc;
            this.locks = locks;
        }

        @Transactional
        @DistributedLocked("order")
        public void writeAndLose() {
            jdbc.update("insert into orders values ('a')");
            LockHandle handle = LockContext.current();
            locks.loseHolderOf("order");
            await().until(() -> !handle.isHeld());
        }

        public int count() {
            return jdbc.queryForObject("select count(*) from orders", Integer.class);
        }
    }

    record Delegate(PlatformTransactionManager manager) implements PlatformTransactionManager {

        @Override
        public TransactionStatus getTransaction(TransactionDefinition definition) {
            return manager.getTransaction(definition);
        }

        @Override
        public void commit(TransactionStatus status) {
            manager.commit(status);
        }

        @Override
        public void rollback(TransactionStatus status) {
            manager.rollback(status);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Eager {

        @Bean
        JdbcTransactionManager transactionManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Made {

        @Bean
        @Lazy
        PlatformTransactionManager transactionManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Delegating {

        @Bean
        PlatformTransactionManager delegating(DataSource dataSource) {
            return new Delegate(new JdbcTransactionManager(dataSource));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    @EnableTransactionManagement
    static class Application {}
}
