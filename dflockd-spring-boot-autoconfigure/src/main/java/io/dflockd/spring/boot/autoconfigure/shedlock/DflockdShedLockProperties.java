package io.dflockd.spring.boot.autoconfigure.shedlock;

import io.dflockd.shedlock.AtMostPolicy;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The properties {@code dflockd.shedlock.*}. */
@ConfigurationProperties("dflockd.shedlock")
public class DflockdShedLockProperties {

    /**
     * Whether to use dflockd as the lock provider of ShedLock, if there is no other one.
     */
    private boolean enabled = true;

    /**
     * Beginning of the keys on the server, before the name of the lock. All applications that share locks must use the same
     * value.
     */
    private String keyPrefix = "shedlock:";

    /**
     * What happens when a task runs longer than its lockAtMostFor.
     */
    private AtMostPolicy atMost = AtMostPolicy.ENFORCE;

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public String getKeyPrefix() {
        return keyPrefix;
    }

    public void setKeyPrefix(String keyPrefix) {
        this.keyPrefix = keyPrefix;
    }

    public AtMostPolicy getAtMost() {
        return atMost;
    }

    public void setAtMost(AtMostPolicy atMost) {
        this.atMost = atMost;
    }
}
