package io.dflockd.shedlock;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LossReason;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.LockException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider of ShedLock whose locks are on a dflockd server.
 *
 * <p>A lock is free as soon as it is unlocked, its {@code lockAtMostFor} is over, its process ends, or its connection ends.
 * Until then the client renews it. {@code lockAtMostFor} and {@code lockAtLeastFor} count from the moment at which the server
 * granted the lock, by the monotonic clock of this JVM; the clocks of the nodes may differ.
 *
 * <p>{@link #lock} asks the server once. An empty result means that another holder has the lock. If the server cannot be
 * reached, refuses the request or does not answer, {@link #lock} throws {@link LockException}.
 *
 * <p>Thread-safe. It does not close its client.
 */
public final class DflockdLockProvider implements ExtensibleLockProvider {

    private static final Logger logger = LoggerFactory.getLogger(DflockdLockProvider.class);

    private final DflockdClient client;

    private final LockKeys keys;

    private final AtMostPolicy atMostPolicy;

    /**
     * Locks that end at their maximum time. The client releases handles that became garbage, but a caller of ShedLock may forget
     * a lock and rely on its maximum time.
     */
    private final Set<LockHandle> limited = ConcurrentHashMap.newKeySet();

    private DflockdLockProvider(Builder builder) {
        this.client = builder.client;
        this.keys = builder.keys;
        this.atMostPolicy = builder.atMostPolicy;
    }

    /**
     * Begins a provider.
     *
     * @param client the client; close it after the last task has ended
     * @return a builder with the default settings
     */
    public static Builder builder(DflockdClient client) {
        return new Builder(client);
    }

    /**
     * {@inheritDoc}
     *
     * @throws LockException if the server cannot be reached, refuses the request or does not answer, if the configuration
     *     cannot be used, or if the thread is interrupted; its interrupt flag is set then
     */
    @Override
    public Optional<SimpleLock> lock(LockConfiguration configuration) {
        Optional<LockHandle> granted;
        try {
            granted = lockFor(configuration).tryAcquire();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw failure("The thread was interrupted while it acquired the lock of", configuration, ex);
        } catch (DflockdException | InvalidArgumentException ex) {
            throw failure("Could not acquire the lock of", configuration, ex);
        }
        granted.ifPresent(handle -> watch(handle, configuration.getName()));
        return granted.<SimpleLock>map(handle -> new HeldLock(this, handle, configuration.getName()));
    }

    private DistributedLock lockFor(LockConfiguration configuration) {
        // Without the client's own minimum first, which may be longer than the maximum of this lock.
        return client.lock(keys.keyOf(configuration.getName()))
                .withName(configuration.getName())
                .withHoldAtLeast(null)
                .withHoldAtMost(atMost(configuration))
                .withHoldAtLeast(configuration.getLockAtLeastFor());
    }

    @Nullable
    Duration atMost(LockConfiguration configuration) {
        return atMostPolicy == AtMostPolicy.ENFORCE ? configuration.getLockAtMostFor() : null;
    }

    private void watch(LockHandle handle, String name) {
        if (atMostPolicy == AtMostPolicy.ENFORCE) {
            limited.add(handle);
        }
        handle.onLost((lost, reason) -> {
            limited.remove(lost);
            warn(name, reason);
        });
    }

    private static void warn(String name, LossReason reason) {
        if (reason == LossReason.HELD_TOO_LONG) {
            logger.warn(
                    "The task of lock '{}' runs longer than its lockAtMostFor. The lock is free, and another node may run the"
                            + " task now. Raise lockAtMostFor, or let the task end earlier",
                    name);
        } else {
            logger.warn("Lock '{}' was lost while its task runs: {}. Another node may run the task now", name, reason);
        }
    }

    /** Its handle is released. */
    void ended(LockHandle handle) {
        limited.remove(handle);
    }

    static LockException failure(String what, LockConfiguration configuration, Throwable cause) {
        return new LockException(what + " " + configuration + ": " + cause.getMessage(), cause);
    }

    /** Settings of a {@link DflockdLockProvider}. Not thread-safe. */
    public static final class Builder {

        private static final String DEFAULT_KEY_PREFIX = "shedlock:";

        private final DflockdClient client;

        private LockKeys keys = new LockKeys(DEFAULT_KEY_PREFIX);

        private AtMostPolicy atMostPolicy = AtMostPolicy.ENFORCE;

        private Builder(DflockdClient client) {
            this.client = Objects.requireNonNull(client, "client must not be null");
        }

        /**
         * The beginning of all keys on the server, before the name of the lock; default {@value #DEFAULT_KEY_PREFIX}. All
         * applications that share locks must use the same one.
         *
         * @param prefix at most 100 bytes of UTF-8 without white space, may be empty
         * @return this
         * @throws InvalidArgumentException if it cannot be part of a key
         */
        public Builder keyPrefix(String prefix) {
            this.keys = new LockKeys(Objects.requireNonNull(prefix, "prefix must not be null"));
            return this;
        }

        /**
         * What {@code lockAtMostFor} means for a task that runs longer; default {@link AtMostPolicy#ENFORCE}.
         *
         * @param policy the policy
         * @return this
         */
        public Builder atMost(AtMostPolicy policy) {
            this.atMostPolicy = Objects.requireNonNull(policy, "policy must not be null");
            return this;
        }

        /** {@return a provider with these settings} */
        public DflockdLockProvider build() {
            return new DflockdLockProvider(this);
        }
    }
}
