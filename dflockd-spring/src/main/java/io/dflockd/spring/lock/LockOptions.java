package io.dflockd.spring.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ReleaseMode;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to acquire: per-call options of {@link LockOperations} and {@link SemaphoreOperations}. What is not set comes from
 * the template's defaults, and what is not set there from the client. Immutable; create an instance once and keep it.
 *
 * <pre>{@code
 * static final LockOptions REPORT = LockOptions.builder()
 *         .name("report").acquireTimeout(Duration.ofSeconds(2)).onLost(OnLost.INTERRUPT).build();
 * }</pre>
 */
public final class LockOptions {

    private static final LockOptions DEFAULTS = builder().build();

    private final @Nullable String name;

    private final @Nullable Duration acquireTimeout;

    private final @Nullable Duration leaseTtl;

    private final @Nullable Double renewRatio;

    private final @Nullable Boolean renewal;

    private final @Nullable Duration holdAtLeast;

    /** Zero for none, whatever the defaults say. */
    private final @Nullable Duration holdAtMost;

    private final @Nullable ReleaseMode release;

    private final @Nullable OnLost onLost;

    private final @Nullable String origin;

    private LockOptions(Builder builder) {
        this.name = builder.name;
        this.acquireTimeout = builder.acquireTimeout;
        this.leaseTtl = builder.leaseTtl;
        this.renewRatio = builder.renewRatio;
        this.renewal = builder.renewal;
        this.holdAtLeast = builder.holdAtLeast;
        this.holdAtMost = builder.holdAtMost;
        this.release = builder.release;
        this.onLost = builder.onLost;
        this.origin = builder.origin;
    }

    /**
     * Options that set nothing.
     *
     * @return always the same instance
     */
    public static LockOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Starts with nothing set.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts with what is set here.
     *
     * @return a builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder()
                .name(name)
                .acquireTimeout(acquireTimeout)
                .leaseTtl(leaseTtl)
                .renewRatio(renewRatio)
                .renewal(renewal)
                .holdAtLeast(holdAtLeast)
                .release(release)
                .onLost(onLost)
                .origin(origin);
        builder.holdAtMost = holdAtMost;
        return builder;
    }

    /**
     * These options, with what they leave unset taken from others.
     *
     * @param other the fallback
     * @return this instance where there is nothing to take
     */
    public LockOptions orElse(LockOptions other) {
        if (other == DEFAULTS || other == this) {
            return this;
        }
        if (this == DEFAULTS) {
            return other;
        }
        Builder builder = new Builder()
                .name(name != null ? name : other.name)
                .acquireTimeout(acquireTimeout != null ? acquireTimeout : other.acquireTimeout)
                .leaseTtl(leaseTtl != null ? leaseTtl : other.leaseTtl)
                .renewRatio(renewRatio != null ? renewRatio : other.renewRatio)
                .renewal(renewal != null ? renewal : other.renewal)
                .holdAtLeast(holdAtLeast != null ? holdAtLeast : other.holdAtLeast)
                .release(release != null ? release : other.release)
                .onLost(onLost != null ? onLost : other.onLost)
                .origin(origin != null ? origin : other.origin);
        builder.holdAtMost = holdAtMost != null ? holdAtMost : other.holdAtMost;
        // Not checked together here: the client does that when it is asked, and says for whom.
        return new LockOptions(builder);
    }

    /**
     * A copy of a lock or semaphore with these options, those that it has already being the defaults. No I/O.
     *
     * @param acquirable the lock or semaphore
     * @param <A> which of them
     * @return the copy
     * @throws InvalidArgumentException if an option cannot be used, or does not fit those of the lock
     */
    public <A extends Acquirable<A>> A applyTo(A acquirable) {
        A result = acquirable;
        if (name != null) {
            result = result.withName(name);
        }
        if (acquireTimeout != null) {
            result = result.withAcquireTimeout(acquireTimeout);
        }
        if (leaseTtl != null) {
            result = result.withLease(leaseTtl);
        }
        if (renewRatio != null) {
            result = result.withRenewRatio(renewRatio);
        }
        if (holdAtMost != null) {
            // The client checks each step: its own maximum may be below our minimum.
            result = result.withHoldAtMost(null);
        }
        if (holdAtLeast != null) {
            result = result.withHoldAtLeast(holdAtLeast);
        }
        if (holdAtMost != null && !holdAtMost.isZero()) {
            result = result.withHoldAtMost(holdAtMost);
        }
        if (release != null) {
            result = result.withRelease(release);
        }
        return Boolean.FALSE.equals(renewal) ? result.withoutRenewal() : result;
    }

    /**
     * The logical name for events, meters and log: one of few, unlike a key.
     *
     * @return null where unset
     */
    public @Nullable String name() {
        return name;
    }

    /**
     * How long to wait for a busy lock.
     *
     * @return null where unset; zero does not wait
     */
    public @Nullable Duration acquireTimeout() {
        return acquireTimeout;
    }

    /**
     * The lease that each renewal sets anew.
     *
     * @return null where unset
     */
    public @Nullable Duration leaseTtl() {
        return leaseTtl;
    }

    /**
     * After which part of the lease it is renewed.
     *
     * @return null where unset
     */
    public @Nullable Double renewRatio() {
        return renewRatio;
    }

    /**
     * Whether the lease is renewed in the background.
     *
     * @return null where unset, which means true
     */
    public @Nullable Boolean renewal() {
        return renewal;
    }

    /**
     * How long the lock stays locked at least, from the grant on, however short the guarded code runs.
     *
     * @return null where unset; zero for no minimum
     */
    public @Nullable Duration holdAtLeast() {
        return holdAtLeast;
    }

    /**
     * How long the lock is held at most, from the grant on. Then it is lost.
     *
     * @return null where unset; zero for no maximum
     */
    public @Nullable Duration holdAtMost() {
        return holdAtMost;
    }

    /**
     * Whether a release waits for the server's answer.
     *
     * @return null where unset
     */
    public @Nullable ReleaseMode release() {
        return release;
    }

    /**
     * What becomes of a guarded call whose lock is lost.
     *
     * @return null where unset, which means {@link OnLost#FAIL}
     */
    public @Nullable OnLost onLost() {
        return onLost;
    }

    /**
     * Who asks, for error messages: a method's signature, for example.
     *
     * @return null where unset
     */
    public @Nullable String origin() {
        return origin;
    }

    /** How error messages begin. */
    String originPrefix() {
        return origin == null ? "" : origin + ": ";
    }

    OnLost effectiveOnLost() {
        return onLost == null ? OnLost.FAIL : onLost;
    }

    @Override
    public String toString() {
        return "LockOptions[name=" + name + ", acquireTimeout=" + acquireTimeout + ", leaseTtl=" + leaseTtl
                + ", renewRatio=" + renewRatio + ", renewal=" + renewal + ", holdAtLeast=" + holdAtLeast
                + ", holdAtMost=" + holdAtMost + ", release=" + release + ", onLost=" + onLost + "]";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LockOptions that
                && Objects.equals(name, that.name)
                && Objects.equals(acquireTimeout, that.acquireTimeout)
                && Objects.equals(leaseTtl, that.leaseTtl)
                && Objects.equals(renewRatio, that.renewRatio)
                && Objects.equals(renewal, that.renewal)
                && Objects.equals(holdAtLeast, that.holdAtLeast)
                && Objects.equals(holdAtMost, that.holdAtMost)
                && release == that.release
                && onLost == that.onLost
                && Objects.equals(origin, that.origin);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                name, acquireTimeout, leaseTtl, renewRatio, renewal, holdAtLeast, holdAtMost, release, onLost, origin);
    }

    /** Collects options. Null unsets. Not thread-safe. */
    public static final class Builder {

        private @Nullable String name;

        private @Nullable Duration acquireTimeout;

        private @Nullable Duration leaseTtl;

        private @Nullable Double renewRatio;

        private @Nullable Boolean renewal;

        private @Nullable Duration holdAtLeast;

        private @Nullable Duration holdAtMost;

        private @Nullable ReleaseMode release;

        private @Nullable OnLost onLost;

        private @Nullable String origin;

        private Builder() {}

        /**
         * Sets the logical name.
         *
         * @param name not blank
         * @return this
         */
        public Builder name(@Nullable String name) {
            if (name != null && name.isBlank()) {
                throw new InvalidArgumentException("name is blank; give a logical name such as 'order', or none");
            }
            this.name = name;
            return this;
        }

        /**
         * Sets how long to wait for a busy lock.
         *
         * @param timeout zero does not wait; not negative
         * @return this
         */
        public Builder acquireTimeout(@Nullable Duration timeout) {
            if (timeout != null && timeout.isNegative()) {
                throw new InvalidArgumentException("acquire timeout " + timeout + " is negative; zero does not wait");
            }
            this.acquireTimeout = timeout;
            return this;
        }

        /**
         * Sets the lease, which is renewed in the background.
         *
         * @param lease positive; rounded up to whole seconds
         * @return this
         */
        public Builder leaseTtl(@Nullable Duration lease) {
            if (lease != null && (lease.isNegative() || lease.isZero())) {
                throw new InvalidArgumentException("lease " + lease + " is not positive; expected one second or more");
            }
            this.leaseTtl = lease;
            return this;
        }

        /**
         * Sets after which part of the lease it is renewed.
         *
         * @param ratio between 0 and 1, both exclusive
         * @return this
         */
        public Builder renewRatio(@Nullable Double ratio) {
            if (ratio != null && !(ratio > 0 && ratio < 1)) {
                throw new InvalidArgumentException("renew ratio " + ratio + " is not between 0 and 1, both exclusive");
            }
            this.renewRatio = ratio;
            return this;
        }

        /**
         * Sets whether the lease is renewed in the background.
         *
         * @param renewal false lets the lock be lost when its lease ends
         * @return this
         */
        public Builder renewal(@Nullable Boolean renewal) {
            this.renewal = renewal;
            return this;
        }

        /**
         * Sets how long the lock stays locked at least, from the grant on. When the guarded code has ended before, the call
         * returns at once, and the client keeps the lock until the time is over or the process ends; see {@link
         * Acquirable#withHoldAtLeast}.
         *
         * @param atLeast zero for no minimum, even if there is a default; at most 366 days. Parts of a second count
         * @return this
         * @throws InvalidArgumentException if it is negative or too long
         */
        public Builder holdAtLeast(@Nullable Duration atLeast) {
            FieldRules.holdLimits(atLeast, null);
            this.holdAtLeast = atLeast;
            return this;
        }

        /**
         * Sets how long the lock is held at most, from the grant on. Then it is lost with {@link
         * io.dflockd.client.LossReason#HELD_TOO_LONG}, and {@link #onLost} says what becomes of the call.
         *
         * @param atMost positive and at most 366 days; parts of a second count
         * @return this
         * @throws InvalidArgumentException if it is not positive or too long
         */
        public Builder holdAtMost(@Nullable Duration atMost) {
            FieldRules.holdLimits(null, atMost);
            this.holdAtMost = atMost;
            return this;
        }

        /**
         * Sets that there is no maximum, even if there is a default.
         *
         * @return this
         */
        public Builder withoutHoldAtMost() {
            this.holdAtMost = Duration.ZERO;
            return this;
        }

        /**
         * Sets whether a release waits for the server's answer.
         *
         * @param release {@link ReleaseMode#SENT} saves a round trip and gives up the proof that the lock was held to the end
         * @return this
         */
        public Builder release(@Nullable ReleaseMode release) {
            this.release = release;
            return this;
        }

        /**
         * Sets what becomes of a guarded call whose lock is lost.
         *
         * @param onLost the policy
         * @return this
         */
        public Builder onLost(@Nullable OnLost onLost) {
            this.onLost = onLost;
            return this;
        }

        /**
         * Sets who asks, for error messages.
         *
         * @param origin a method's signature, for example
         * @return this
         */
        public Builder origin(@Nullable String origin) {
            this.origin = origin;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         * @throws InvalidArgumentException if {@link #holdAtLeast} is longer than {@link #holdAtMost}
         */
        public LockOptions build() {
            if (holdAtMost != null && !holdAtMost.isZero()) {
                FieldRules.holdLimits(holdAtLeast, holdAtMost);
            }
            return new LockOptions(this);
        }
    }
}
