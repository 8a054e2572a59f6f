package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockSettings;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import org.springframework.beans.factory.ObjectProvider;

/** Do the times that an annotation gives fit the defaults of the templates and of its client? */
final class HoldLimitChecks {

    private final ObjectProvider<LockSettings> settings;

    HoldLimitChecks(ObjectProvider<LockSettings> settings) {
        this.settings = settings;
    }

    /**
     * Makes the client if there is something to compare with its defaults.
     *
     * @return the definition
     */
    GuardDefinition checked(GuardDefinition definition) {
        if (givesLimits(definition.options())) {
            check(definition);
        }
        return definition;
    }

    private boolean givesLimits(LockOptions given) {
        LockSettings defaults = settings.getIfUnique();
        LockOptions options = defaults == null ? given : given.orElse(defaults.defaults());
        return options.holdAtLeast() != null || options.holdAtMost() != null;
    }

    private static void check(GuardDefinition definition) {
        try {
            definition.effectiveOptions();
        } catch (InvalidArgumentException ex) {
            throw new LockDefinitionException(
                    definition.label() + " does not fit the defaults of its client: " + ex.getMessage(),
                    "Give the annotation both holdAtLeast and holdAtMost (none is no limit), or change dflockd.hold-at-least"
                            + " or dflockd.hold-at-most.",
                    ex);
        }
    }
}
