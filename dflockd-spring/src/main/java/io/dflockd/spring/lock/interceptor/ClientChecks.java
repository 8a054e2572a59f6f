package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

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
            if (!isResolvable(type == GuardType.LOCK ? LockOperations.class : SemaphoreOperations.class, true)
                    && !isResolvable(DflockdClient.class, false)) {
                throw new LockDefinitionException(
                        definition.label() + " does not say which client to use, and there are several: " + clients,
                        "Give client = \"...\", or mark one of the beans @Primary.",
                        null);
            }
        } else if (!clients.isEmpty() && !isNameOfOne(definition.client(), clients)) {
            throw new LockDefinitionException(
                    definition.label() + ": client = \"" + definition.client() + "\" is not a DflockdClient bean",
                    "Give one of " + clients + ".",
                    null);
        }
    }

    private boolean isNameOfOne(String name, List<String> clients) {
        return clients.contains(name)
                || Arrays.stream(beanFactory.getAliases(name)).anyMatch(clients::contains);
    }

    private List<String> names(Class<?> type) {
        return Arrays.asList(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, type, true, false));
    }

    /**
     * Whether the container would give one bean of a type, as {@code getBean} and {@code getIfUnique} choose it.
     *
     * @param asksParent whether the parent is asked where several are ambiguous, as {@code getIfUnique} does
     */
    private boolean isResolvable(Class<?> type, boolean asksParent) {
        BeanFactory current = beanFactory;
        while (current instanceof ConfigurableListableBeanFactory beans) {
            List<String> local = Arrays.asList(beans.getBeanNamesForType(type, true, false));
            if (isUnique(local, beans)) {
                return true;
            }
            if (!local.isEmpty() && !asksParent) {
                return false;
            }
            current = beans.getParentBeanFactory();
        }
        return false;
    }

    private static boolean isUnique(List<String> names, ConfigurableListableBeanFactory beans) {
        if (names.size() <= 1) {
            return names.size() == 1;
        }
        List<String> candidates = matching(names, beans, BeanDefinition::isAutowireCandidate);
        if (candidates.isEmpty()) {
            candidates = names;
        }
        if (candidates.size() <= 1) {
            return candidates.size() == 1;
        }
        long primary = candidates.stream()
                .filter(name -> beans.containsBeanDefinition(name)
                        && beans.getMergedBeanDefinition(name).isPrimary())
                .count();
        return primary == 1
                || (primary == 0
                        && (matching(candidates, beans, definition -> !definition.isFallback())
                                                .size()
                                        == 1
                                || matching(candidates, beans, ClientChecks::isDefault)
                                                .size()
                                        == 1));
    }

    /** Those whose definitions match, and those without a definition. */
    private static List<String> matching(
            List<String> names, ConfigurableListableBeanFactory beans, Predicate<BeanDefinition> condition) {
        return names.stream()
                .filter(name ->
                        !beans.containsBeanDefinition(name) || condition.test(beans.getMergedBeanDefinition(name)))
                .toList();
    }

    private static boolean isDefault(BeanDefinition definition) {
        return !(definition instanceof AbstractBeanDefinition full) || full.isDefaultCandidate();
    }
}
