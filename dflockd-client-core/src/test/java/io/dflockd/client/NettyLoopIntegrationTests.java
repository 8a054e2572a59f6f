package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.testserver.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A client whose own socket handler is switched off does the same. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class NettyLoopIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    static final class Clients {

        public static void main(String[] args) throws Exception {
            try (DflockdClient client = client(args[0]);
                    DflockdClient other = client(args[0])) {
                LockHandle held = client.lock("k").acquire();
                CompletableFuture<LockHandle> waiting = other.lock("k").acquireAsync();
                while (other.snapshot().waiting().isEmpty()) {
                    Thread.onSpinWait();
                }
                System.out.println("released " + held.release());
                LockHandle next = waiting.get(10, TimeUnit.SECONDS);
                System.out.println("renewed " + next.renewAsync().get(10, TimeUnit.SECONDS));
                System.out.println("released " + next.release());
            }
        }

        private static DflockdClient client(String server) {
            return DflockdClient.builder().servers(server).build();
        }
    }

    @Test
    void clientsLockAndWaitAndRelease() throws Exception {
        TestServer server = servers.start();
        ChildJvm child = ChildJvm.start(Clients.class, List.of("-Xmx96m", "-Ddflockd.loop=netty"), server.address());
        try {
            assertThat(child.linesUntilEnd(Duration.ofSeconds(30)))
                    .containsExactly("released true", "renewed true", "released true");
        } finally {
            child.kill();
        }
    }
}
