package io.dflockd.client.internal.leader;

import io.dflockd.client.DistributedLock;
import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LeaderElection;
import io.dflockd.client.LeaderElectionBuilder;
import io.dflockd.client.Leadership;
import io.dflockd.client.RevocationReason;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an election.
 *
 * @param lease null for that of the client
 */
record ElectionSettings(
        Elections elections,
        String role,
        @Nullable Duration lease,
        Duration revokeTimeout,
        Consumer<? super Leadership> granted,
        BiConsumer<? super Leadership, ? super RevocationReason> revoked)
        implements LeaderElectionBuilder {

    private static final String KEY_PREFIX = "leader:";
    private static final Duration DEFAULT_REVOKE_TIMEOUT = Duration.ofSeconds(5);

    /** The defaults for a role. */
    static ElectionSettings of(Elections elections, @Nullable String role) {
        if (role == null || role.isEmpty()) {
            throw new InvalidArgumentException(
                    "role is " + (role == null ? "null" : "empty") + "; expected a name such as 'billing'");
        }
        FieldRules.key(KEY_PREFIX + role);
        return new ElectionSettings(
                elections, role, null, DEFAULT_REVOKE_TIMEOUT, leadership -> {}, (leadership, reason) -> {});
    }

    String key() {
        return KEY_PREFIX + role;
    }

    /** The lock whose holder leads. */
    DistributedLock lock(ElectionHost host) {
        DistributedLock lock = host.lock(key()).withName(key());
        return lease == null ? lock : lock.withLease(lease);
    }

    @Override
    public LeaderElectionBuilder withLease(Duration newLease) {
        FieldRules.leaseSeconds(newLease);
        return new ElectionSettings(elections, role, newLease, revokeTimeout, granted, revoked);
    }

    @Override
    public LeaderElectionBuilder withRevokeTimeout(Duration timeout) {
        FieldRules.setting("revokeTimeout", timeout);
        return new ElectionSettings(elections, role, lease, timeout, granted, revoked);
    }

    @Override
    public LeaderElectionBuilder onGranted(Consumer<? super Leadership> callback) {
        Objects.requireNonNull(callback, "callback must not be null");
        return new ElectionSettings(elections, role, lease, revokeTimeout, callback, revoked);
    }

    @Override
    public LeaderElectionBuilder onRevoked(BiConsumer<? super Leadership, ? super RevocationReason> callback) {
        Objects.requireNonNull(callback, "callback must not be null");
        return new ElectionSettings(elections, role, lease, revokeTimeout, granted, callback);
    }

    @Override
    public LeaderElection start() {
        return elections.start(this);
    }

    @Override
    public String toString() {
        return "election of '" + role + "'";
    }
}
