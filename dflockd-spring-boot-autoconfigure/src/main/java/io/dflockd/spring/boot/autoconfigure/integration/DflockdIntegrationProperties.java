package io.dflockd.spring.boot.autoconfigure.integration;

import io.dflockd.spring.boot.autoconfigure.DflockdProperties.KeyEncodingType;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The properties {@code dflockd.integration.*}. */
@ConfigurationProperties("dflockd.integration")
public class DflockdIntegrationProperties {

    /**
     * Whether to define a lock registry for Spring Integration, if there is no other one.
     */
    private boolean enabled = true;

    /**
     * Beginning of the keys on the server, before the key of the lock. All applications that share locks must use the same
     * value.
     */
    private String keyPrefix = "integration:";

    /**
     * How keys that the server does not allow are converted. All applications that share locks must use the same value.
     */
    private KeyEncodingType keyEncoding = KeyEncodingType.PERCENT;

    /**
     * Whether the thread that has a lock is interrupted when the lock is lost. Lets a LockRegistryLeaderInitiator revoke at
     * once.
     */
    private boolean interruptOnLoss;

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

    public KeyEncodingType getKeyEncoding() {
        return keyEncoding;
    }

    public void setKeyEncoding(KeyEncodingType keyEncoding) {
        this.keyEncoding = keyEncoding;
    }

    public boolean isInterruptOnLoss() {
        return interruptOnLoss;
    }

    public void setInterruptOnLoss(boolean interruptOnLoss) {
        this.interruptOnLoss = interruptOnLoss;
    }
}
