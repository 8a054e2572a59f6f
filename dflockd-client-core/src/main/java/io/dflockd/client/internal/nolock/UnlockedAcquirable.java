package io.dflockd.client.internal.nolock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.ReentrantDistributedLock;
import io.dflockd.client.internal.lock.LockSpec;
import io.dflockd.client.internal.lock.SpecifiedAcquirable;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.reentrant.LockSource;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Grants at once, to everybody. Immutable. */
abstract class UnlockedAcquirable<A extends Acquirable<A>> extends SpecifiedAcquirable<A> {

    /** The lease of a server with default settings. */
    private static final Duration DEFAULT_LEASE = Duration.ofSeconds(33);

    final UnlockedClient client;

    private UnlockedAcquirable(UnlockedClient client, LockSpec spec) {
        super(spec);
        this.client = client;
    }

    private Duration lease() {
        return spec().leaseSeconds() == 0 ? DEFAULT_LEASE : Duration.ofSeconds(spec().leaseSeconds());
    }

    private LockHandle grant() {
        return client.grant(key(), lease());
    }

    /** Grants at once, whatever the timeout. */
    final Optional<LockHandle> grant(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout must not be null");
        client.requireOpen();
        if (!timeout.isNegative()) {
            FieldRules.timeoutSeconds(timeout);
        }
        return Optional.of(grant());
    }

    private QueuedAcquisition place() {
        return new UnlockedPlace(client, spec().target(), grant());
    }

    @Override
    public final LockHandle acquire() throws InterruptedException {
        ClientLoop.requireNotInterrupted();
        return grant();
    }

    @Override
    public final Optional<LockHandle> tryAcquire(Duration timeout) throws InterruptedException {
        ClientLoop.requireNotInterrupted();
        return grant(timeout);
    }

    @Override
    public final CompletableFuture<LockHandle> acquireAsync() {
        return UnlockedClient.async(this::grant);
    }

    @Override
    public final CompletableFuture<Optional<LockHandle>> tryAcquireAsync(Duration timeout) {
        return UnlockedClient.async(() -> grant(timeout));
    }

    @Override
    public final QueuedAcquisition enqueue() throws InterruptedException {
        ClientLoop.requireNotInterrupted();
        return place();
    }

    @Override
    public final CompletableFuture<QueuedAcquisition> enqueueAsync() {
        return UnlockedClient.async(this::place);
    }

    /** A lock that keeps nobody out. */
    static final class Lock extends UnlockedAcquirable<DistributedLock> implements DistributedLock, LockSource {

        Lock(UnlockedClient client, LockSpec spec) {
            super(client, spec);
        }

        @Override
        protected Lock with(LockSpec changed) {
            return new Lock(client, changed);
        }

        @Override
        public ReentrantDistributedLock asReentrantLock() {
            return client.owners.lock(this);
        }

        @Override
        public ReentrantDistributedLock asReentrantLock(Object domain) {
            return client.owners.lock(this, domain);
        }

        @Override
        public LockSource leased(Duration lease) {
            return with(spec().withLeaseSeconds(FieldRules.leaseSeconds(lease)));
        }

        @Override
        public Optional<LockHandle> tryAcquireUninterruptibly(Duration timeout) {
            return grant(timeout);
        }

        @Override
        public LockHandle.State release(LockHandle handle) {
            LockHandle.State before = handle.state();
            handle.release();
            return before;
        }
    }

    /** A semaphore that keeps nobody out, whatever its limit. */
    static final class Semaphore extends UnlockedAcquirable<DistributedSemaphore> implements DistributedSemaphore {

        Semaphore(UnlockedClient client, LockSpec spec) {
            super(client, spec);
        }

        @Override
        public int limit() {
            return spec().target().limit();
        }

        @Override
        protected DistributedSemaphore with(LockSpec changed) {
            return new Semaphore(client, changed);
        }
    }
}
