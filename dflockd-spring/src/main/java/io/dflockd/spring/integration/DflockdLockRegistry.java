package io.dflockd.spring.integration;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.lock.KeyEncoding;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.integration.support.locks.DistributedLock;
import org.springframework.integration.support.locks.RenewableLockRegistry;
import org.springframework.scheduling.TaskScheduler;

/**
 * A lock registry of Spring Integration whose locks are on a dflockd server.
 *
 * <p><b>Owners.</b> A lock belongs to the thread that has locked it. The thread may lock it again, and has to unlock it as
 * often. All locks of one registry with the same key are equal, and one lock. Two registries are two owners, also with one
 * client and one key prefix. There is no lock of the JVM in front of the server's queue: the threads of all processes are
 * served in the order of their requests. A thread that ends without unlocking frees its locks when the garbage collector has
 * found them.
 *
 * <p><b>Acquiring.</b> {@code lock()} waits without end, also for a server that is down; an interrupt does not end the wait and
 * is kept. {@code tryLock()} asks once. All methods throw {@link org.springframework.dao.CannotAcquireLockException} if the
 * server cannot be reached in time, refuses the request or does not answer, with the client's exception as the cause. False
 * means that another owner has the lock, or waits for it. There is one exception: {@code tryLock()} on an interrupted thread
 * returns false and keeps the interrupt, as in the other registries.
 *
 * <p><b>The lease</b> (time to live) is that of the client, of the builder, or the argument of {@code lock(ttl)} and
 * {@code tryLock(wait, ttl)}. It is rounded up to whole seconds. If the thread has the lock already, the argument has no
 * effect. The client renews the lease until the lock is unlocked, so it need not cover the time of the work. {@link Builder#withoutRenewal()} lets it end.
 *
 * <p><b>Loss.</b> A lock is lost when its connection or its lease ends ({@link io.dflockd.client.LossReason}). After that,
 * each {@code unlock()} of the thread throws {@link java.util.ConcurrentModificationException} with a
 * {@link io.dflockd.client.LockLostException} as its cause, and undoes one {@code lock()} all the same. Until it has unlocked
 * the lock as often as it had locked it, another {@code lock()} or {@code tryLock()} throws {@code CannotAcquireLockException}:
 * it would hide that the work before it was not guarded to its end.
 *
 * <p>While a lock is {@linkplain io.dflockd.client.LockHandle.State#SUSPENDED suspended}, another {@code lock()} or
 * {@code tryLock()} of the thread throws {@code CannotAcquireLockException} as well, and {@code unlock()} waits for the verdict.
 *
 * <p>{@code unlock()} waits until the server has confirmed, at most the client's request timeout, also on an interrupted
 * thread. It throws {@link IllegalMonitorStateException} on a thread that does not have the lock. There are no conditions.
 *
 * <p>Thread-safe. Keeps nothing of locks that are not held. It does not close its client.
 */
public final class DflockdLockRegistry implements RenewableLockRegistry<DistributedLock> {

    private final DflockdClient client;

    private final String keyPrefix;

    private final KeyEncoding keyEncoding;

    private final @Nullable Duration lease;

    private final boolean renewal;

    private final @Nullable LossInterrupts interrupts;

    private final String name;

    private DflockdLockRegistry(Builder builder) {
        this.client = builder.client;
        this.keyPrefix = builder.keyPrefix;
        this.keyEncoding = builder.keyEncoding;
        this.lease = builder.lease;
        this.renewal = builder.renewal;
        this.interrupts = builder.interruptOnLoss ? new LossInterrupts() : null;
        this.name = builder.name;
    }

    /**
     * Begins a registry.
     *
     * @param client the client; close it after the last lock is unlocked
     * @return a builder with the default settings
     */
    public static Builder builder(DflockdClient client) {
        return new Builder(client);
    }

    /**
     * Returns the lock of a key. No I/O.
     *
     * @param lockKey a {@code String}
     * @return the lock, equal to all others of this registry with the same key
     * @throws InvalidArgumentException if it is no {@code String}, or cannot be a key on the server
     */
    @Override
    public DistributedLock obtain(Object lockKey) {
        return lock(lockKey);
    }

    /**
     * Renews the lease now ({@code n}), in addition to the background renewals. Waits until the server has confirmed, at most
     * until the lease ends.
     *
     * @throws IllegalMonitorStateException if this thread does not have the lock
     * @throws IllegalStateException if it is lost; the cause is a {@link io.dflockd.client.LockLostException}
     */
    @Override
    public void renewLock(Object lockKey) {
        lock(lockKey).renew(null);
    }

    /**
     * As {@link #renewLock(Object)}, with another lease, longer or shorter. It counts for all further renewals.
     *
     * @param ttl rounded up to whole seconds
     */
    @Override
    public void renewLock(Object lockKey, Duration ttl) {
        lock(lockKey).renew(Objects.requireNonNull(ttl, "ttl must not be null"));
    }

    /**
     * Does nothing: the client renews leases without a scheduler.
     *
     * @throws IllegalStateException if this registry was built {@linkplain Builder#withoutRenewal() without renewal}
     */
    @Override
    public void setRenewalTaskScheduler(TaskScheduler renewalTaskScheduler) {
        if (!renewal) {
            throw new IllegalStateException(
                    "this registry was built without renewal, a scheduler cannot switch it on; leave out"
                            + " withoutRenewal() of its builder, and set no scheduler");
        }
    }

    private RegistryLock lock(Object lockKey) {
        if (!(lockKey instanceof String key)) {
            throw new InvalidArgumentException("lock key '" + lockKey + "' is a "
                    + (lockKey == null ? "null" : lockKey.getClass().getName()) + "; expected a java.lang.String");
        }
        io.dflockd.client.DistributedLock lock =
                client.lock(keyEncoding.encode(keyPrefix + key)).withName(name);
        if (lease != null) {
            lock = lock.withLease(lease);
        }
        if (!renewal) {
            lock = lock.withoutRenewal();
        }
        return new RegistryLock(lock.asReentrantLock(this), interrupts);
    }

    /** Settings of a {@link DflockdLockRegistry}. Not thread-safe. */
    public static final class Builder {

        private static final String DEFAULT_KEY_PREFIX = "integration:";

        private static final String DEFAULT_NAME = "lock-registry";

        private final DflockdClient client;

        private String keyPrefix = DEFAULT_KEY_PREFIX;

        private KeyEncoding keyEncoding = KeyEncoding.percent();

        private @Nullable Duration lease;

        private boolean renewal = true;

        private boolean interruptOnLoss;

        private String name = DEFAULT_NAME;

        private Builder(DflockdClient client) {
            this.client = Objects.requireNonNull(client, "client must not be null");
        }

        /**
         * The beginning of all keys on the server, before the key of the lock; default {@value #DEFAULT_KEY_PREFIX}. All
         * applications that share locks must use the same one.
         *
         * @param prefix may be empty
         * @return this
         */
        public Builder keyPrefix(String prefix) {
            this.keyPrefix = Objects.requireNonNull(prefix, "prefix must not be null");
            return this;
        }

        /**
         * How prefix and key become the key on the server; default {@link KeyEncoding#percent()}. With it, a key that is too
         * long is refused.
         *
         * @param encoding the same in all applications that share locks
         * @return this
         */
        public Builder keyEncoding(KeyEncoding encoding) {
            this.keyEncoding = Objects.requireNonNull(encoding, "encoding must not be null");
            return this;
        }

        /**
         * The lease of locks that name none; default is that of the client.
         *
         * @param duration rounded up to whole seconds
         * @return this
         * @throws InvalidArgumentException if it is not positive
         */
        public Builder lease(Duration duration) {
            FieldRules.leaseSeconds(duration);
            this.lease = duration;
            return this;
        }

        /**
         * Leases are not renewed in the background: a lock is lost when its lease ends, unless
         * {@link DflockdLockRegistry#renewLock(Object)} renews it.
         *
         * @return this
         */
        public Builder withoutRenewal() {
            this.renewal = false;
            return this;
        }

        /**
         * Whether the thread that has a lock is interrupted when it is lost; default false. It is interrupted at most once
         * for each lock, and not after its last {@code unlock()}: an interrupt that is still pending is then taken back.
         * One that another thread has sent before the loss stays. One that another sends between the loss and the last unlock
         * cannot be told apart and may be taken back with it.
         *
         * <p>With it, a {@link org.springframework.integration.support.leader.LockRegistryLeaderInitiator} revokes a lost
         * leadership at once and not at its next heartbeat.
         *
         * @param interrupt whether to interrupt
         * @return this
         */
        public Builder interruptOnLoss(boolean interrupt) {
            this.interruptOnLoss = interrupt;
            return this;
        }

        /**
         * The logical name of all locks of this registry for events and metrics; default {@value #DEFAULT_NAME}.
         *
         * @param logicalName the name
         * @return this
         */
        public Builder name(String logicalName) {
            this.name = Objects.requireNonNull(logicalName, "name must not be null");
            return this;
        }

        /** {@return a registry with these settings} */
        public DflockdLockRegistry build() {
            return new DflockdLockRegistry(this);
        }
    }
}
