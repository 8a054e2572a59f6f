package io.dflockd.spring.boot.autoconfigure.leader;

import io.dflockd.spring.leader.LeaderRoles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The properties {@code dflockd.leader.*}. */
@ConfigurationProperties("dflockd.leader")
public class DflockdLeaderProperties {

    /**
     * Roles for which this application is a candidate. Without one there is no election.
     */
    private List<String> roles = new ArrayList<>();

    /**
     * Lease of a leader's lock, rounded up to whole seconds. It bounds the time until the next leader when the network is
     * silent. When unset, the client's lease applies.
     */
    private @Nullable Duration lease;

    /**
     * When leadership is given up: how long the lock is kept at most while listeners of LeadershipRevokedEvent run.
     */
    private Duration revokeTimeout = Duration.ofSeconds(5);

    private boolean revokeTimeoutGiven;

    /**
     * Whether the elections start with the application.
     */
    private boolean autoStartup = true;

    /**
     * Phase in which a stop of the application gives the leaderships up. Higher phases stop first. The default is between
     * listener containers and web servers.
     */
    private int phase = LeaderRoles.DEFAULT_PHASE;

    public List<String> getRoles() {
        return roles;
    }

    public void setRoles(List<String> roles) {
        this.roles = roles;
    }

    public @Nullable Duration getLease() {
        return lease;
    }

    public void setLease(@Nullable Duration lease) {
        this.lease = lease;
    }

    public Duration getRevokeTimeout() {
        return revokeTimeout;
    }

    public void setRevokeTimeout(Duration revokeTimeout) {
        this.revokeTimeout = revokeTimeout;
        this.revokeTimeoutGiven = true;
    }

    /** Whether it is not just the default. */
    boolean givesRevokeTimeout() {
        return revokeTimeoutGiven;
    }

    public boolean isAutoStartup() {
        return autoStartup;
    }

    public void setAutoStartup(boolean autoStartup) {
        this.autoStartup = autoStartup;
    }

    public int getPhase() {
        return phase;
    }

    public void setPhase(int phase) {
        this.phase = phase;
    }
}
