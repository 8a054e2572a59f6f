package io.dflockd.spring.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.spring.guide.Orders.Image;
import io.dflockd.spring.guide.Orders.Receipt;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockResult;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.ReactiveLockTemplate;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.lock.SemaphoreTemplate;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.EnableResilientMethods;
import reactor.core.publisher.Mono;

/** The examples of the documents that use annotations and templates. */
@Timeout(60)
class LockExamplesTests {

    @RegisterExtension
    final LockServer server = new LockServer();

    @Test
    void annotatedMethods() {
        run(orders -> {
            assertThat(orders.fulfil("7").held()).isTrue();
            assertThat(orders.render(new Orders.Scene("sea")).of()).isEqualTo("sea");
        });
    }

    @Test
    void methodThatIsCalledPastItsProxySaysSo() {
        run(orders -> {
            orders.take("a", 3);
            assertThat(orders.count()).isEqualTo(7);
            assertThatIllegalStateException()
                    .isThrownBy(() -> orders.takeAll("a"))
                    .withMessage("called without its lock");
            assertThat(orders.count()).isEqualTo(7);
        });
    }

    @Test
    void eachAttemptHasALockOfItsOwn() {
        run(orders -> {
            orders.ship("7");
            assertThat(orders.attempts()).hasSize(2);
        });
    }

    @Test
    void scheduledJob() {
        run(orders -> {
            orders.report();
            assertThat(orders.reported()).isTrue();
            assertThat(server.isHeld("nightly-report")).isTrue();
        });
    }

    @Test
    void template() {
        LockOperations locks = new LockTemplate(server.client());
        String id = "7";
        // tag::execute
        Receipt receipt = locks.execute("order:" + id, held -> fulfil(id));
        // end::execute
        assertThat(receipt.held()).isTrue();
    }

    @Test
    void formsOfTheTemplate() {
        LockTemplate locks = new LockTemplate(server.client());
        String id = "7";
        // tag::templates
        LockOptions options = LockOptions.builder()
                .name("order")
                .acquireTimeout(Duration.ZERO)
                .build();
        Receipt receipt = locks.execute("order:" + id, held -> fulfil(id));
        LockResult<Receipt> tried = locks.tryExecute("order:" + id, options, held -> fulfil(id));
        CompletableFuture<Receipt> later = locks.executeAsync("order:" + id, held -> fulfilAsync(id));
        Mono<Receipt> reactive =
                new ReactiveLockTemplate(locks).execute("order:" + id, options, held -> fulfilMono(id));
        // end::templates
        // tag::result
        String answer = tried.isAcquired() ? "done: " + tried.get() : "somebody else does it";
        String shorter = tried.map(Receipt::id).orElse("somebody else does it");
        locks.executeWithoutResult("order:" + id, held -> prepare(id));
        // end::result
        assertThat(answer).startsWith("done");
        assertThat(shorter).isEqualTo("7");
        assertThat(receipt.held()).isTrue();
        assertThat(tried.get().held()).isTrue();
        assertThat(later.join().held()).isTrue();
        assertThat(reactive.block().held()).isTrue();
    }

    @Test
    void semaphore() {
        SemaphoreOperations semaphores = new SemaphoreTemplate(server.client());
        String name = "sea";
        // tag::semaphore
        Image image = semaphores.execute("render", 4, held -> render(name));
        // end::semaphore
        assertThat(image.of()).isEqualTo("sea");
    }

    @Test
    void placeInAQueue() throws Exception {
        LockOperations locks = new LockTemplate(server.client());
        String id = "7";
        Receipt receipt;
        // tag::place
        try (QueuedAcquisition place = locks.enqueue("order:" + id)) {
            prepare(id);
            try (LockHandle held = place.await(Duration.ofSeconds(30))) {
                receipt = fulfil(id);
            }
        }
        // end::place
        assertThat(receipt.held()).isTrue();
    }

    @Test
    void tryWithoutATimeoutWaits() throws Exception {
        LockTemplate locks = new LockTemplate(server.client());
        LockHandle busy = server.other().lock("order:7").acquire();
        CompletableFuture<LockResult<Receipt>> tried =
                CompletableFuture.supplyAsync(() -> locks.tryExecute("order:7", held -> fulfil("7")));
        server.awaitWaiting("order:7", 1);
        busy.release();

        assertThat(tried.join().get().held()).isTrue();
    }

    private void run(Consumer<Orders> test) {
        new ApplicationContextRunner()
                .withUserConfiguration(Locking.class)
                .withBean(
                        "client",
                        DflockdClient.class,
                        () -> DflockdClient.builder()
                                .servers(server.server().address())
                                .holdAtLeastOnClose(Duration.ZERO)
                                .build())
                .withBean(Orders.class)
                .run(context -> test.accept(context.getBean(Orders.class)));
    }

    private Image render(String name) {
        assertThat(server.isHeld("render")).isTrue();
        return new Image(name);
    }

    private void prepare(String id) {
        server.awaitHeld("order:" + id);
    }

    private Receipt fulfil(String id) {
        return new Receipt(id, server.isHeld("order:" + id));
    }

    private CompletableFuture<Receipt> fulfilAsync(String id) {
        return CompletableFuture.completedFuture(fulfil(id));
    }

    private Mono<Receipt> fulfilMono(String id) {
        return Mono.fromSupplier(() -> fulfil(id));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    @EnableResilientMethods
    static class Locking {}
}
