package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Do the times that an annotation gives fit the defaults of its client? Looks at clients that are made already. Otherwise the
 * first call is refused.
 */
final class HoldLimitChecks {

    private static final String ANY_KEY = "key";

    private final ConfigurableListableBeanFactory beanFactory;

    HoldLimitChecks(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    void check(GuardDefinition definition) {
        LockOptions options = definition.options();
        if (options.holdAtLeast() == null && options.holdAtMost() == null) {
            return;
        }
        DistributedLock lock = lockOf(definition.client());
        if (lock == null) {
            return;
        }
        try {
            options.applyTo(lock);
        } catch (InvalidArgumentException ex) {
            throw new LockDefinitionException(
                    definition.label() + " does not fit the defaults of its client: " + ex.getMessage(),
                    "Give the annotation both holdAtLeast and holdAtMost (none is no limit), or change dflockd.hold-at-least"
                            + " or dflockd.hold-at-most.",
                    ex);
        }
    }

    private @Nullable DistributedLock lockOf(String clientName) {
        String name = clientName.isEmpty() ? defaultClient() : clientName;
        return name != null && beanFactory.getSingleton(name) instanceof DflockdClient client && !client.isClosed()
                ? client.lock(ANY_KEY)
                : null;
    }

    private @Nullable String defaultClient() {
        String[] names = beanFactory.getBeanNamesForType(DflockdClient.class, false, false);
        if (names.length == 1) {
            return names[0];
        }
        for (String name : names) {
            if (beanFactory.containsBeanDefinition(name)
                    && beanFactory.getMergedBeanDefinition(name).isPrimary()) {
                return name;
            }
        }
        return null;
    }
}
