package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.OnLost;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Async, then retry, then the lock, then the transaction: however it is configured. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class OrderTests {

    private static final List<String> steps = Collections.synchronizedList(new ArrayList<>());

    @RegisterExtension
    final LockServer locks = new LockServer();

    private ApplicationContextRunner runner(Class<?>... configurations) {
        steps.clear();
        return new ApplicationContextRunner()
                .withBean("client", DflockdClient.class, locks::newClient)
                .withBean(LockServer.class, () -> locks)
                .withUserConfiguration(Database.class, ObservedTransactions.class)
                .withUserConfiguration(configurations)
                .withBean(Orders.class);
    }

    @Test
    void lockIsAroundTheTransactionInEveryOrderOfDeclaration() {
        for (Class<?> declared : List.of(TransactionsFirst.class, LocksFirst.class)) {
            runner(declared).run(context -> {
                context.getBean(Orders.class).write("a");
                assertThat(steps).containsExactly("begin locked", "body locked", "commit locked");
                assertThat(locks.server().view().holders()).isEmpty();
            });
        }
    }

    @Test
    void orderThatPutsTheLockInsideTheTransactionFailsTheStart() {
        runner(LockInside.class).run(context -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure())
                    .isInstanceOf(LockDefinitionException.class)
                    .hasMessageContaining("Orders.")
                    .hasMessageContaining("inside its transaction")
                    .hasMessageContaining("order");
        });
    }

    @Test
    void lossInsideATransactionFailsBeforeTheCommitAndRollsBack() {
        runner(TransactionsFirst.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> orders.writeAndLose("lost"));
            assertThat(steps).containsExactly("begin locked", "body locked", "rollback free");
            assertThat(orders.count()).isZero();
            orders.writeAndLoseAnyway("kept");
            assertThat(orders.count()).isEqualTo(1);
        });
    }

    @Test
    void lossFailsATransactionTemplateInsideTheLockTemplate() {
        runner(TransactionsFirst.class).run(context -> {
            LockTemplate template = new LockTemplate(locks.client());
            TransactionTemplate transactions =
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(() -> template.executeWithoutResult(
                            "order",
                            handle -> transactions.executeWithoutResult(status -> {
                                jdbc.update("insert into orders values ('lost')");
                                locks.loseHolderOf("order");
                                await().until(() -> !handle.isHeld());
                            })));
            assertThat(context.getBean(Orders.class).count()).isZero();
        });
    }

    @Test
    void openTransactionAtAcquireIsWarnedOf(CapturedOutput output) {
        runner(TransactionsFirst.class).run(context -> {
            TransactionTemplate transactions =
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            Orders orders = context.getBean(Orders.class);
            orders.write("a");
            assertThat(output).doesNotContain("already open");
            transactions.executeWithoutResult(status -> orders.write("b"));
            transactions.executeWithoutResult(status -> orders.write("c"));
            assertThat(output.getAll().split("already open", -1))
                    .as("warned once")
                    .hasSize(2);
        });
    }

    @Test
    void asyncMethodsLockOnTheAsynchronousThread() {
        runner(Everything.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            CompletableFuture<String> first = orders.async();
            assertThat(first).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("order on async-");
            CountDownLatch gate = new CountDownLatch(1);
            orders.asyncVoid(gate);
            locks.awaitHeld("order");
            gate.countDown();
            locks.awaitFree();
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletableFuture<String> returned = orders.asyncStage(work);
            locks.awaitHeld("order");
            work.complete("later");
            assertThat(returned).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("later");
            assertThat(locks.server().view().holders()).isEmpty();
        });
    }

    @Test
    void eachAttemptOfARetryLocksAnew() {
        runner(Everything.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            assertThat(orders.retried()).isEqualTo("attempt 3");
            assertThat(steps)
                    .containsExactly(
                            "begin locked",
                            "body locked",
                            "rollback locked",
                            "begin locked",
                            "body locked",
                            "rollback locked",
                            "begin locked",
                            "body locked",
                            "commit locked");
            assertThat(locks.server().view().commandCounts().get("l"))
                    .as("acquisitions, one for each attempt")
                    .isGreaterThanOrEqualTo(3);
        });
    }

    @Test
    void busyLockIsRetriedLikeAnyOtherFailure() {
        runner(Everything.class).run(context -> {
            LockHandle held = new LockTemplate(locks.other()).acquire("order");
            Orders orders = context.getBean(Orders.class);
            assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(orders::impatient);
            held.release();
            orders.impatient();
        });
    }

    @Test
    void cacheIsInsideTheLock() {
        runner(Everything.class).run(context -> {
            Orders orders = context.getBean(Orders.class);
            assertThat(orders.cached("a")).isEqualTo(1);
            LockHandle held = new LockTemplate(locks.other()).acquire("cached");
            assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> orders.cached("a"));
            held.release();
            assertThat(orders.cached("a")).isEqualTo(1);
        });
    }

    static class Orders {

        private final JdbcTemplate jdbc;

        private final LockServer locks;

        private final AtomicInteger attempts = new AtomicInteger();

        private final AtomicInteger computed = new AtomicInteger();

        Orders(JdbcTemplate jdbc, LockServer locks) {
            this.jdbc = jdbc;
            this.locks = locks;
        }

        @Transactional
        @DistributedLocked("order")
        public void write(String id) {
            insert(id);
        }

        @Transactional
        @DistributedLocked("order")
        public void writeAndLose(String id) {
            insert(id);
            lose();
        }

        @Transactional
        @DistributedLocked(name = "order", onLost = OnLost.REPORT)
        public void writeAndLoseAnyway(String id) {
            insert(id);
            lose();
        }

        @Async
        @DistributedLocked("order")
        public CompletableFuture<String> async() {
            String key = LockContext.current().key();
            String thread = Thread.currentThread().getName();
            return CompletableFuture.completedFuture(key + " on " + thread.substring(0, thread.indexOf('-') + 1));
        }

        @Async
        @DistributedLocked("order")
        public void asyncVoid(CountDownLatch gate) throws InterruptedException {
            gate.await();
        }

        @Async
        @DistributedLocked("order")
        public CompletableFuture<String> asyncStage(CompletableFuture<String> work) {
            return work;
        }

        @Transactional
        @Retryable(maxRetries = 3, delay = 1)
        @DistributedLocked("order")
        public String retried() {
            steps.add("body " + state());
            int attempt = attempts.incrementAndGet();
            if (attempt < 3) {
                throw new IllegalStateException("attempt " + attempt);
            }
            return "attempt " + attempt;
        }

        @Retryable(maxRetries = 1, delay = 1)
        @DistributedLocked(name = "order", acquireTimeout = "0s")
        public void impatient() {}

        @Cacheable("orders")
        @DistributedLocked(name = "cached", acquireTimeout = "0s")
        public int cached(String id) {
            return computed.incrementAndGet();
        }

        public int count() {
            return jdbc.queryForObject("select count(*) from orders", Integer.class);
        }

        private void insert(String id) {
            steps.add("body " + state());
            jdbc.update("insert into orders values (?)", id);
        }

        private void lose() {
            LockHandle handle = LockContext.current();
            locks.loseHolderOf("order");
            await().until(() -> !handle.isHeld());
        }

        private String state() {
            return locks.isHeld("order") ? "locked" : "free";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ObservedTransactions {

        @Bean
        PlatformTransactionManager transactionManager(DataSource dataSource, LockServer locks) {
            JdbcTransactionManager manager = new JdbcTransactionManager(dataSource);
            manager.addListener(new TransactionExecutionListener() {
                @Override
                public void afterBegin(TransactionExecution transaction, Throwable beginFailure) {
                    steps.add("begin " + (locks.isHeld("order") ? "locked" : "free"));
                }

                @Override
                public void afterCommit(TransactionExecution transaction, Throwable commitFailure) {
                    steps.add("commit " + (locks.isHeld("order") ? "locked" : "free"));
                }

                @Override
                public void afterRollback(TransactionExecution transaction, Throwable rollbackFailure) {
                    steps.add("rollback " + (locks.isHeld("order") ? "locked" : "free"));
                }
            });
            return manager;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    static class LocksOnly {}

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement
    static class TransactionsOnly {}

    @Configuration(proxyBeanMethods = false)
    @Import({TransactionsOnly.class, LocksOnly.class})
    static class TransactionsFirst {}

    @Configuration(proxyBeanMethods = false)
    @Import({LocksOnly.class, TransactionsOnly.class})
    static class LocksFirst {}

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(order = 0)
    @EnableDistributedLocking(order = Ordered.LOWEST_PRECEDENCE)
    static class LockInside {}

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    @EnableTransactionManagement
    @EnableCaching
    @EnableAsync
    @EnableResilientMethods
    static class Everything {

        @Bean
        Executor taskExecutor() {
            return new SimpleAsyncTaskExecutor("async-");
        }

        @Bean
        ConcurrentMapCacheManager cacheManager() {
            return new ConcurrentMapCacheManager("orders");
        }
    }
}
