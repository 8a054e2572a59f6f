package io.dflockd.benchmarks.compare;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ServerAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The client of this project, with its defaults. */
final class DflockdContender implements Contender {

    private final DflockdClient client;

    DflockdContender(List<ServerAddress> servers) {
        client = DflockdClient.builder()
                .servers(servers)
                .acquireTimeout(Duration.ofSeconds(60))
                .build();
    }

    @Override
    public Lock lock(String key) {
        return new HandleLock(client.lock(key));
    }

    @Override
    public void close() {
        client.close();
    }

    private static final class HandleLock implements Lock {

        private final DistributedLock lock;

        private @Nullable LockHandle handle;

        HandleLock(DistributedLock lock) {
            this.lock = lock;
        }

        @Override
        public void acquire() throws InterruptedException {
            handle = lock.acquire();
        }

        @Override
        public void release() {
            Objects.requireNonNull(handle).close();
        }
    }
}
