package io.dflockd.spring.lock.observation;

import io.dflockd.client.LockKind;
import io.dflockd.client.ServerAddress;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** The context of an observation of {@link LockObservation}. Templates fill it; conventions and handlers read it. */
public class LockObservationContext extends Observation.Context {

    private final LockKind kind;

    private final @Nullable String lockName;

    private final String key;

    private volatile @Nullable ServerAddress server;

    private volatile String outcome = "none";

    /**
     * Creates the context.
     *
     * @param kind lock or semaphore
     * @param lockName the logical name, null where none was given
     * @param key the key on the server
     */
    public LockObservationContext(LockKind kind, @Nullable String lockName, String key) {
        this.kind = kind;
        this.lockName = lockName;
        this.key = key;
    }

    /**
     * Lock or semaphore.
     *
     * @return the kind
     */
    public LockKind getKind() {
        return kind;
    }

    /**
     * The logical name.
     *
     * @return null where none was given
     */
    public @Nullable String getLockName() {
        return lockName;
    }

    /**
     * The key on the server: of many values, so nothing for a meter's tag.
     *
     * @return the key
     */
    public String getKey() {
        return key;
    }

    /**
     * The server that granted.
     *
     * @return null where nothing was granted
     */
    public @Nullable ServerAddress getServer() {
        return server;
    }

    /**
     * Sets the server that granted.
     *
     * @param server its address
     */
    public void setServer(ServerAddress server) {
        this.server = server;
    }

    /**
     * How it ended: {@code acquired}, {@code busy}, {@code interrupted}, {@code cancelled} or {@code error} for an
     * acquisition; {@code released}, {@code unconfirmed}, {@code lost} or {@code cancelled} for a hold. Either is
     * {@code abandoned} if nobody could end it any more.
     *
     * @return {@code none} before the end
     */
    public String getOutcome() {
        return outcome;
    }

    /**
     * Sets how it ended.
     *
     * @param outcome one of few values
     */
    public void setOutcome(String outcome) {
        this.outcome = outcome;
    }
}
