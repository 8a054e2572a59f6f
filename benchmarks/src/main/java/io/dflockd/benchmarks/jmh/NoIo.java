package io.dflockd.benchmarks.jmh;

import io.dflockd.client.DistributedLock;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LossListener;
import io.dflockd.client.LossReason;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.ServerAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Locks that are granted at once without a server, so that what remains is the cost of everything around them. */
final class NoIo {

    private NoIo() {}

    /** A real lock of which only the name is used. */
    record Lock(DistributedLock real) implements DistributedLock {

        @Override
        public String key() {
            return real.key();
        }

        @Override
        public @Nullable String name() {
            return real.name();
        }

        @Override
        public DistributedLock withLease(Duration lease) {
            return new Lock(real.withLease(lease));
        }

        @Override
        public DistributedLock withAcquireTimeout(Duration timeout) {
            return new Lock(real.withAcquireTimeout(timeout));
        }

        @Override
        public DistributedLock withRenewRatio(double ratio) {
            return new Lock(real.withRenewRatio(ratio));
        }

        @Override
        public DistributedLock withoutRenewal() {
            return new Lock(real.withoutRenewal());
        }

        @Override
        public DistributedLock withName(String name) {
            return new Lock(real.withName(name));
        }

        @Override
        public LockHandle acquire() {
            return new Handle(real.key());
        }

        @Override
        public Optional<LockHandle> tryAcquire() {
            return Optional.of(acquire());
        }

        @Override
        public Optional<LockHandle> tryAcquire(Duration timeout) {
            return tryAcquire();
        }

        @Override
        public CompletableFuture<LockHandle> acquireAsync() {
            return CompletableFuture.completedFuture(acquire());
        }

        @Override
        public CompletableFuture<Optional<LockHandle>> tryAcquireAsync() {
            return CompletableFuture.completedFuture(tryAcquire());
        }

        @Override
        public CompletableFuture<Optional<LockHandle>> tryAcquireAsync(Duration timeout) {
            return tryAcquireAsync();
        }

        @Override
        public QueuedAcquisition enqueue() {
            throw new UnsupportedOperationException("not measured");
        }

        @Override
        public CompletableFuture<QueuedAcquisition> enqueueAsync() {
            throw new UnsupportedOperationException("not measured");
        }
    }

    private static final class Handle implements LockHandle {

        private static final ServerAddress SERVER = new ServerAddress("127.0.0.1", ServerAddress.DEFAULT_PORT);

        private final String key;

        private State state = State.HELD;

        Handle(String key) {
            this.key = key;
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public String token() {
            return "0".repeat(32);
        }

        @Override
        public Duration lease() {
            return Duration.ofSeconds(33);
        }

        @Override
        public OptionalLong fence() {
            return OptionalLong.of(1);
        }

        @Override
        public ServerAddress server() {
            return SERVER;
        }

        @Override
        public State state() {
            return state;
        }

        @Override
        public boolean isHeld() {
            return state == State.HELD;
        }

        @Override
        public Duration remainingLease() {
            return lease();
        }

        @Override
        public void ensureHeld() {}

        @Override
        public Optional<LossReason> lossReason() {
            return Optional.empty();
        }

        @Override
        public LockHandle onLost(LossListener listener) {
            return this;
        }

        @Override
        public CompletableFuture<Boolean> renewAsync() {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public boolean release() {
            state = State.RELEASED;
            return true;
        }

        @Override
        public CompletableFuture<Boolean> releaseAsync() {
            return CompletableFuture.completedFuture(release());
        }

        @Override
        public void close() {
            release();
        }
    }
}
