package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.util.Arrays;
import java.util.List;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Is the client there that an annotation asks for? Looks at bean definitions only: making a client is left to a call. */
final class ClientChecks {

    private final ConfigurableListableBeanFactory beanFactory;

    ClientChecks(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    void check(GuardType type, GuardDefinition definition) {
        List<String> operations = names(type == GuardType.LOCK ? LockOperations.class : SemaphoreOperations.class);
        List<String> clients = names(DflockdClient.class);
        if (clients.isEmpty() && operations.isEmpty()) {
            throw new LockDefinitionException(
                    definition.label() + " needs a DflockdClient bean, but there is none",
                    "Define one. With Spring Boot it is auto-configured unless dflockd.enabled=false; to run without locks,"
                            + " in a test for example, set dflockd.without-locking=true.",
                    null);
        }
        if (definition.client().isEmpty()) {
            if (!isUnique(operations) && !isUnique(clients)) {
                throw new LockDefinitionException(
                        definition.label() + " does not say which client to use, and there are several: " + clients,
                        "Give client = \"...\", or mark one of the beans @Primary.",
                        null);
            }
        } else if (!clients.isEmpty() && !clients.contains(definition.client())) {
            throw new LockDefinitionException(
                    definition.label() + ": client = \"" + definition.client() + "\" is not a DflockdClient bean",
                    "Give one of " + clients + ".",
                    null);
        }
    }

    private List<String> names(Class<?> type) {
        return Arrays.asList(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, type, true, false));
    }

    private boolean isUnique(List<String> names) {
        return names.size() == 1 || names.stream().filter(this::isPrimary).count() == 1;
    }

    private boolean isPrimary(String name) {
        return beanFactory.containsBeanDefinition(name)
                && beanFactory.getMergedBeanDefinition(name).isPrimary();
    }
}
