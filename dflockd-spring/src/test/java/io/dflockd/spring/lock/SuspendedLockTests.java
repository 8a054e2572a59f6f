package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockHandle.State;
import io.dflockd.client.LockLostException;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.lock.event.LockEventPublisher;
import io.dflockd.spring.lock.event.LockResumedEvent;
import io.dflockd.spring.lock.event.LockSuspendedEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Guarded calls whose connection ends at a server that keeps the locks of lost connections. */
@Timeout(60)
class SuspendedLockTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static final LockOptions SHORT =
            LockOptions.builder().leaseTtl(Duration.ofSeconds(4)).build();

    private final List<Object> events = new CopyOnWriteArrayList<>();

    private EmbeddedDflockdServer server;

    private DflockdClient client;

    private LockTemplate locks;

    private EmbeddedDatabase database;

    @BeforeEach
    void start() throws IOException {
        server = EmbeddedDflockdServer.builder().autoReleaseOnDisconnect(false).start();
        client = DflockdClient.builder()
                .servers(server.address())
                .serverAutoRelease(false)
                .listener(new LockEventPublisher(events::add))
                .build();
        locks = new LockTemplate(client);
        database = new EmbeddedDatabaseBuilder()
                .setType(EmbeddedDatabaseType.H2)
                .generateUniqueName(true)
                .build();
        JdbcClient.create(database).sql("create table work (id int)").update();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        database.shutdown();
    }

    /** Ends the connection of the handle, and lets no other one in until {@link #letIn}. */
    private void suspend(LockHandle handle) {
        server.faults().refuseConnections();
        server.faults().cut(server.view().holders(handle.key()).get(0).connectionId());
        await().atMost(SOON).until(() -> handle.state() == State.SUSPENDED);
    }

    private void letIn() {
        server.faults().clear();
    }

    private void letInWhenThisThreadWaits() {
        Thread waiting = Thread.currentThread();
        CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> {
            await().atMost(SOON).until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            letIn();
        });
    }

    private void insertInTransaction(Runnable beforeCommit) {
        JdbcTransactionManager transactions = new JdbcTransactionManager(database);
        transactions.addListener(new LockLossTransactionListener());
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            JdbcClient.create(database).sql("insert into work values (1)").update();
            beforeCommit.run();
        });
    }

    private long rows() {
        return JdbcClient.create(database)
                .sql("select count(*) from work")
                .query(Long.class)
                .single();
    }

    @Test
    void callThatEndsSuspendedWaitsForTheAnswer() {
        String result = locks.execute("k", held -> {
            suspend(held);
            letInWhenThisThreadWaits();
            return "done";
        });
        assertThat(result).isEqualTo("done");
        assertThat(server.view().holders("k")).isEmpty();
        await().atMost(SOON).until(() -> events.size() == 2);
        assertThat(events.get(0))
                .isInstanceOfSatisfying(
                        LockSuspendedEvent.class,
                        event -> assertThat(event.getKey()).isEqualTo("k"));
        assertThat(events.get(1))
                .isInstanceOfSatisfying(
                        LockResumedEvent.class,
                        event -> assertThat(event.getAfter()).isPositive());
    }

    @Test
    void callThatEndsSuspendedFailsIfTheLockIsLost() {
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> locks.execute("k", SHORT, held -> {
                    suspend(held);
                    return "done";
                }));
        letIn();
    }

    @Test
    void asynchronousCallThatEndsSuspendedWaitsForTheAnswer() throws Exception {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<LockHandle> begun = new CompletableFuture<>();
        CompletableFuture<String> call = locks.executeAsync("k", held -> {
            begun.complete(held);
            return stage;
        });
        suspend(begun.get(10, TimeUnit.SECONDS));
        stage.complete("done");
        assertThat(call).isNotDone();
        letIn();
        assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(server.view().holders("k")).isEmpty();
    }

    @Test
    void transactionCommitsWhenTheServerHasConfirmed() {
        locks.execute("k", held -> {
            insertInTransaction(() -> {
                suspend(held);
                letInWhenThisThreadWaits();
            });
            return null;
        });
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void transactionIsRolledBackIfTheLockIsLost() {
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> locks.execute("k", SHORT, held -> {
                    insertInTransaction(() -> suspend(held));
                    return null;
                }));
        letIn();
        assertThat(rows()).isZero();
    }

    @Test
    void nestedCallOfASuspendedLockIsRefused() {
        assertThatExceptionOfType(LockNotReentrantException.class)
                .isThrownBy(() -> locks.execute("k", held -> {
                    suspend(held);
                    try {
                        return locks.execute("k", inner -> "never");
                    } finally {
                        letIn();
                    }
                }));
    }

    @Test
    void reportedLossesDoNotWait() {
        LockOptions reported = LockOptions.builder().onLost(OnLost.REPORT).build();
        String result = locks.execute("k", reported, held -> {
            insertInTransaction(() -> suspend(held));
            letIn();
            return "done";
        });
        assertThat(result).isEqualTo("done");
        assertThat(rows()).isEqualTo(1);
    }
}
