package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.testserver.ServerWithSignals;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Code of the user finds the context class loader with which the client was built, on whatever thread of the client it
 * runs, and whoever used the client first. In an executable jar the system class loader knows no class of the application.
 * It finds nothing that the first user has in inheritable thread locals, such as a security context.
 */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ContextClassLoaderIntegrationTests {

    private final ClassLoader ofTheBuilder = new ClassLoader(getClass().getClassLoader()) {};

    private final ClassLoader ofTheFirstUser = new ClassLoader(getClass().getClassLoader()) {};

    private final CompletableFuture<ClassLoader> seen = new CompletableFuture<>();

    private final InheritableThreadLocal<String> user = new InheritableThreadLocal<>();

    private volatile @Nullable String seenUser;

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private DflockdClient client(UnaryOperator<DflockdClientBuilder> settings) throws InterruptedException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(ofTheBuilder);
            DflockdClient client = servers.client(settings);
            thread.setContextClassLoader(ofTheFirstUser);
            user.set("alice");
            client.lock(servers.key()).acquire().close();
            return client;
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private void note() {
        seenUser = user.get();
        seen.complete(Thread.currentThread().getContextClassLoader());
    }

    private void assertOfTheBuilder() throws Exception {
        assertThat(seen.get(SOON.toSeconds(), TimeUnit.SECONDS)).isSameAs(ofTheBuilder);
        assertThat(seenUser).as("of the first user").isNull();
    }

    @AfterEach
    void forgetUser() {
        user.remove();
    }

    /** Those that block are replaced by threads that they start, and they have run code of users. */
    @Test
    void ofContinuationsWhileOthersBlock() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = client(settings -> settings);
        server.faults().inject(Fault.delay(Duration.ofMillis(100)), FaultTarget.command("l"));
        int count = Runtime.getRuntime().availableProcessors() + 4;
        Queue<String> users = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> allHaveBegun = new CompletableFuture<>();
        List<CompletableFuture<Void>> continued = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            continued.add(client.lock("k" + i).acquireAsync().thenAccept(handle -> {
                users.add(String.valueOf(user.get()));
                user.set("bob");
                if (users.size() == count) {
                    allHaveBegun.complete(null);
                }
                allHaveBegun.join();
                user.remove();
                handle.close();
            }));
        }
        CompletableFuture.allOf(continued.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
        assertThat(users).hasSize(count).containsOnly("null");
    }

    @Test
    void ofContinuations() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = client(settings -> settings);
        server.faults().inject(Fault.delay(Duration.ofMillis(100)), FaultTarget.key("slow"));
        client.lock("slow").acquireAsync().thenAccept(handle -> {
            note();
            handle.close();
        });
        assertOfTheBuilder();
    }

    @Test
    void ofContinuationsOfStats() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = client(settings -> settings);
        server.faults().inject(Fault.delay(Duration.ofMillis(100)), FaultTarget.command("stats"));
        client.statsAsync(client.servers().get(0)).thenAccept(stats -> note());
        assertOfTheBuilder();
    }

    @Test
    void ofLossListeners() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = client(settings -> settings);
        LockHandle held = client.lock("k").acquire();
        held.onLost((handle, reason) -> note());
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        assertOfTheBuilder();
        assertThat(held.isHeld()).isFalse();
    }

    @Test
    void ofLossListenersAfterTheClose() throws Exception {
        DflockdClient client = client(settings -> settings);
        LockHandle handle = client.lock(servers.key()).acquire();
        client.close();
        handle.onLost((lost, reason) -> note());
        assertOfTheBuilder();
    }

    @Test
    void ofClientListeners() throws Exception {
        client(settings -> settings.listener(new DflockdClientListener() {
            @Override
            public void acquired(Subject subject, Duration waited) {
                note();
            }
        }));
        assertOfTheBuilder();
    }

    @Test
    void ofSuppliersOfTokens() throws Exception {
        TestServer server = servers.start(settings -> settings.authToken("t"));
        client(settings -> settings.servers(server.address()).authToken(() -> {
            note();
            return "t";
        }));
        assertOfTheBuilder();
    }

    @Test
    @ServerWithSignals
    void ofSignalHandlers() throws Exception {
        servers.start();
        DflockdClient client = client(settings -> settings);
        client.signals().subscribe("c", signal -> note()).ready().get(10, TimeUnit.SECONDS);
        client.signals().emit("c", "x");
        assertOfTheBuilder();
    }

    @Test
    @ServerWithSignals
    void ofSubscriptionListeners() throws Exception {
        servers.start();
        DflockdClient client = client(settings -> settings);
        client.signals()
                .subscribe(
                        "c",
                        SubscriptionOptions.defaults().withListener(new SubscriptionListener() {
                            @Override
                            public void connected(ServerAddress server, boolean again) {
                                note();
                            }
                        }),
                        signal -> {});
        assertOfTheBuilder();
    }
}
