package io.dflockd.spring.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.Generation;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A holder that does not know yet that its lock is gone cannot write what the next holder has written already. */
@Timeout(60)
class FencingTests {

    @RegisterExtension
    final LockServer locks = new LockServer();

    private EmbeddedDatabase database;

    private JdbcClient jdbc;

    @BeforeEach
    void createTable() {
        database = new EmbeddedDatabaseBuilder()
                .setType(EmbeddedDatabaseType.H2)
                .generateUniqueName(true)
                .build();
        jdbc = JdbcClient.create(database);
        jdbc.sql("create table account (id bigint primary key, balance bigint not null,"
                        + " fence bigint default 0 not null, generation bigint default 0 not null)")
                .update();
        jdbc.sql("insert into account (id, balance) values (1, 100)").update();
    }

    @AfterEach
    void closeDatabase() {
        database.shutdown();
    }

    @Test
    void staleHolderIsRefusedByItsFence() throws Exception {
        FencedAccounts accounts = new FencedAccounts(jdbc);
        try (LockHandle stale = locks.client().lock("account:1").acquire()) {
            accounts.write(1, 110, stale);
            locks.server().faults().expireNow("account:1");
            try (LockHandle next = locks.other().lock("account:1").acquire()) {
                assertThat(stale.isHeld()).isTrue();
                accounts.write(1, 120, next);
                accounts.write(1, 121, next);

                assertThatExceptionOfType(OptimisticLockingFailureException.class)
                        .isThrownBy(() -> accounts.write(1, 111, stale))
                        .withMessageContaining(
                                Long.toUnsignedString(stale.fence().getAsLong()));
            }
        }
        assertThat(balance()).isEqualTo(121);
    }

    @Test
    void annotatedMethodWritesWithTheFenceOfItsLock() {
        new ApplicationContextRunner()
                .withUserConfiguration(Locking.class)
                .withBean("client", DflockdClient.class, locks::newClient)
                .withBean(FencedAccounts.class, () -> new FencedAccounts(jdbc))
                .run(context -> {
                    FencedAccounts accounts = context.getBean(FencedAccounts.class);
                    accounts.setBalance(1, 130);
                    long first = fence();
                    accounts.setBalance(1, 140);

                    assertThat(balance()).isEqualTo(140);
                    assertThat(fence()).isGreaterThan(first);
                });
    }

    @Test
    void serverWithoutFencesIsNamed() throws Exception {
        FencedAccounts accounts = new FencedAccounts(jdbc);
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder()
                        .generation(Generation.G1)
                        .start();
                DflockdClient client =
                        DflockdClient.builder().servers(server.address()).build();
                LockHandle held = client.lock("account:1").acquire()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> accounts.write(1, 110, held))
                    .withMessageContaining(server.address());
        }
        assertThat(balance()).isEqualTo(100);
    }

    @Test
    void staleHolderIsRefusedByItsGeneration() {
        GenerationAccounts accounts = new GenerationAccounts(
                new LockTemplate(locks.client()), jdbc, new TransactionTemplate(new JdbcTransactionManager(database)));
        long stale = accounts.begin(1);
        accounts.setBalance(1, 120);

        assertThatExceptionOfType(OptimisticLockingFailureException.class)
                .isThrownBy(() -> accounts.write(1, 111, stale));
        assertThat(balance()).isEqualTo(120);
    }

    private long balance() {
        return jdbc.sql("select balance from account").query(Long.class).single();
    }

    private long fence() {
        return jdbc.sql("select fence from account").query(Long.class).single();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    static class Locking {}
}
