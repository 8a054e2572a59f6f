package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.spring.lock.LockSettings;

/**
 * Customizes the settings that the auto-configured templates and the lock annotations share: default options, observation
 * conventions, the publisher of events. Beans of this type are called in their order.
 */
@FunctionalInterface
public interface LockSettingsCustomizer {

    /**
     * Customizes the settings.
     *
     * @param settings the settings, with properties and beans applied
     */
    void customize(LockSettings.Builder settings);
}
