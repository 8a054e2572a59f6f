package io.dflockd.shedlock;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that was acquired. It is used up by an unlock, and by an extension that worked. After an extension that did not work it
 * can still be unlocked, unlike ShedLock's own base class: ShedLock unlocks it then, and an exception would hide that of the task.
 */
final class HeldLock implements SimpleLock {

    private static final Logger logger = LoggerFactory.getLogger(HeldLock.class);

    private final DflockdLockProvider provider;

    private final LockHandle handle;

    private final String name;

    private final AtomicBoolean used = new AtomicBoolean();

    HeldLock(DflockdLockProvider provider, LockHandle handle, String name) {
        this.provider = provider;
        this.handle = handle;
        this.name = name;
    }

    /** Does not fail if the lock was lost: an exception would hide that of the task. The loss has been logged. */
    @Override
    public void unlock() {
        use();
        boolean confirmed = handle.release();
        provider.ended(handle);
        if (!confirmed && handle.state() == LockHandle.State.RELEASED) {
            logger.warn(
                    "The server did not confirm that lock '{}' is unlocked. It frees the lock when the connection or the lease"
                            + " ends",
                    name);
        }
    }

    @Override
    public Optional<SimpleLock> extend(Duration lockAtMostFor, Duration lockAtLeastFor) {
        use();
        boolean extended = false;
        try {
            extended = extend(new LockConfiguration(ClockProvider.now(), name, lockAtMostFor, lockAtLeastFor));
        } finally {
            used.set(extended);
        }
        return extended ? Optional.of(new HeldLock(provider, handle, name)) : Optional.empty();
    }

    private boolean extend(LockConfiguration configuration) {
        try {
            return handle.limitHold(configuration.getLockAtLeastFor(), provider.atMost(configuration))
                    && handle.renewAsync().get();
        } catch (InvalidArgumentException ex) {
            throw DflockdLockProvider.failure("Could not extend the lock of", configuration, ex);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw DflockdLockProvider.failure(
                    "The thread was interrupted while it extended the lock of", configuration, ex);
        } catch (ExecutionException ex) {
            throw DflockdLockProvider.failure("Could not extend the lock of", configuration, ex);
        }
    }

    private void use() {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("Lock '" + name
                    + "' has been unlocked or extended already; use the lock that extend returned, and unlock once");
        }
    }
}
