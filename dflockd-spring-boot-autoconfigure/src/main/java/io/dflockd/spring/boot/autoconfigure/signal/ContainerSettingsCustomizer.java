package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.spring.signal.listener.ContainerSettings;

/** Changes how listener containers listen by default. Beans of this type are called in their order, after the properties. */
@FunctionalInterface
public interface ContainerSettingsCustomizer {

    /**
     * Changes the settings.
     *
     * @param settings what properties and earlier customizers gave
     * @return the settings to use
     */
    ContainerSettings customize(ContainerSettings settings);
}
