package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import jakarta.persistence.EntityManager;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Warnings of what makes a lock useless though it is held: written where it is so, and nowhere else. */
@ExtendWith(OutputCaptureExtension.class)
class CallWarningsTests {

    private static final String OPEN_TRANSACTION = "already open";

    private static final String OPEN_SESSION = "persistence context";

    private static void inApplication(Consumer<ApplicationContext> test) {
        new ApplicationContextRunner()
                .withUserConfiguration(Database.class, Application.class)
                .withBean("client", DflockdClient.class, DflockdClient::withoutLocking)
                .withBean(Orders.class)
                .withBean(Committed.class)
                .run(test::accept);
    }

    private static TransactionTemplate transaction(ApplicationContext context) {
        return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    }

    @Test
    void transactionAroundAGuardedCallIsWarnedOf(CapturedOutput output) {
        inApplication(context -> transaction(context)
                .executeWithoutResult(status -> context.getBean(Orders.class).join()));
        assertThat(output).contains(OPEN_TRANSACTION).contains("Orders.join()");
    }

    @Test
    void transactionAroundATemplateAndAHandleIsWarnedOf(CapturedOutput output) {
        inApplication(context -> {
            LockOperations locks = new LockTemplate(context.getBean(DflockdClient.class));
            transaction(context).executeWithoutResult(status -> locks.execute("a", named("in-template"), held -> 1));
            transaction(context).executeWithoutResult(status -> {
                try (LockHandle handle = locks.acquire("b", named("by-handle"))) {
                    assertThat(handle.isHeld()).isTrue();
                }
            });
            transaction(context).executeWithoutResult(status -> {
                try (LockHandle handle = locks.tryAcquire("c", named("by-try")).orElseThrow()) {
                    assertThat(handle.isHeld()).isTrue();
                }
            });
        });
        assertThat(output).contains("'in-template'").contains("'by-handle'").contains("'by-try'");
    }

    @Test
    void newTransactionInsideTheLockIsNotWarnedOf(CapturedOutput output) {
        inApplication(context -> {
            Orders orders = context.getBean(Orders.class);
            LockOperations locks = new LockTemplate(context.getBean(DflockdClient.class));
            TransactionTemplate own = transaction(context);
            own.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
            transaction(context).executeWithoutResult(status -> {
                orders.inNewTransaction();
                locks.execute("own", held -> own.execute(inner -> 1));
            });
        });
        assertThat(output).doesNotContain(OPEN_TRANSACTION);
    }

    @Test
    void savepointInsideTheLockIsWarnedOf(CapturedOutput output) {
        inApplication(context -> transaction(context)
                .executeWithoutResult(status -> context.getBean(Orders.class).nested()));
        assertThat(output).contains(OPEN_TRANSACTION);
    }

    @Test
    void asynchronousWorkIsNotInTheCallersTransaction(CapturedOutput output) {
        inApplication(context -> transaction(context).executeWithoutResult(status -> {
            assertThat(context.getBean(Orders.class).stage().join()).isEqualTo(1);
        }));
        assertThat(output).doesNotContain(OPEN_TRANSACTION);
    }

    @Test
    void callAfterTheCommitIsNotWarnedOf(CapturedOutput output) {
        inApplication(context -> {
            transaction(context).executeWithoutResult(status -> context.publishEvent("committed"));
            assertThat(context.getBean(Committed.class).calls()).isEqualTo(1);
            transaction(context)
                    .executeWithoutResult(status ->
                            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                                @Override
                                public void afterCommit() {
                                    context.getBean(Orders.class).join();
                                }

                                @Override
                                public void afterCompletion(int outcome) {
                                    context.getBean(Orders.class).join();
                                }
                            }));
        });
        assertThat(output).doesNotContain(OPEN_TRANSACTION);
    }

    @Test
    void callBeforeTheCommitIsWarnedOf(CapturedOutput output) {
        inApplication(context -> transaction(context)
                .executeWithoutResult(status ->
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void beforeCommit(boolean readOnly) {
                                context.getBean(Orders.class).join();
                            }
                        })));
        assertThat(output).contains(OPEN_TRANSACTION);
    }

    @Test
    void openSessionOfAnotherProviderThanHibernateIsWarnedOf(CapturedOutput output) {
        inApplication(context -> withResource(
                new EntityManagerHolder(mock(EntityManager.class)),
                () -> context.getBean(Orders.class).join()));
        assertThat(output).contains(OPEN_SESSION);
    }

    @Test
    void otherResourcesAreNotWarnedOf(CapturedOutput output) {
        inApplication(context ->
                withResource("connection", () -> context.getBean(Orders.class).join()));
        assertThat(output).doesNotContain(OPEN_SESSION);
    }

    private static LockOptions named(String name) {
        return LockOptions.builder().name(name).build();
    }

    private static void withResource(Object resource, Runnable test) {
        TransactionSynchronizationManager.bindResource(CallWarningsTests.class, resource);
        try {
            test.run();
        } finally {
            TransactionSynchronizationManager.unbindResource(CallWarningsTests.class);
        }
    }

    static class Orders {

        @Transactional
        @DistributedLocked("join")
        public void join() {}

        @Transactional(propagation = Propagation.REQUIRES_NEW)
        @DistributedLocked("new")
        public void inNewTransaction() {}

        @Transactional(propagation = Propagation.NESTED)
        @DistributedLocked("nested")
        public void nested() {}

        @DistributedLocked("stage")
        public CompletableFuture<Integer> stage() {
            return CompletableFuture.completedFuture(1);
        }
    }

    static class Committed {

        private int calls;

        @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
        @DistributedLocked("committed")
        public void on(String event) {
            calls++;
        }

        public int calls() {
            return calls;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    @EnableTransactionManagement
    static class Application {

        @Bean
        PlatformTransactionManager transactionManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }
    }
}
