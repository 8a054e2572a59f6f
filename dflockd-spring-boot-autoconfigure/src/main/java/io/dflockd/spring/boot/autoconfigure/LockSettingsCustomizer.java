package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.spring.lock.LockSettings;

/**
 * Changes what the auto-configured templates and the lock annotations share: default options, conventions of observations,
 * where events go. Beans of this type are called in their order.
 */
@FunctionalInterface
public interface LockSettingsCustomizer {

    /**
     * Changes the settings.
     *
     * @param settings what properties and beans gave
     */
    void customize(LockSettings.Builder settings);
}
