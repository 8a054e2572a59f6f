package io.dflockd.client;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;

/** Uses a client in every way. A class loader of its own may load it. */
public final class ClientUse {

    private ClientUse() {}

    /** Without an address the client is one without locking. */
    public static void run(String address) throws Exception {
        DflockdClient client = address.isEmpty()
                ? DflockdClient.withoutLocking()
                : DflockdClient.builder().servers(address).build();
        client.connect();
        try (LockHandle handle = client.lock("k").acquire()) {
            handle.renewAsync().get(10, SECONDS);
            client.lock("k").tryAcquire().ifPresent(LockHandle::close);
        }
        client.lock("l").acquireAsync().thenCompose(LockHandle::releaseAsync).get(10, SECONDS);
        ReentrantDistributedLock lock = client.reentrantLock("m");
        lock.lock();
        lock.unlock();
        try (SignalSubscription subscription = client.signals().subscribe("c", signal -> {})) {
            subscription.ready().get(10, SECONDS);
            client.signals().emit("c", "x");
        }
        LeaderElection election = client.leaderElection("r")
                .onGranted(leadership -> {})
                .onRevoked((leadership, reason) -> {})
                .start();
        election.await(Duration.ofSeconds(10));
        election.close();
        client.stats();
        client.snapshot();
        client.close();
    }
}
