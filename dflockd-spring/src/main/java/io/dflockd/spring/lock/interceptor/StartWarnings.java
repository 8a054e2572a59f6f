package io.dflockd.spring.lock.interceptor;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.Advisor;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/** Warns of what is allowed but rarely meant. */
final class StartWarnings {

    private static final Logger log = LoggerFactory.getLogger(StartWarnings.class);

    private static final String SCHEDULED = "org.springframework.scheduling.annotation.Scheduled";

    private StartWarnings() {}

    static void write(
            String beanName,
            List<Advisor> chain,
            GuardAdvisor ours,
            Method method,
            Class<?> targetClass,
            GuardDefinition definition) {
        if (runsAgainElsewhere(method, definition)) {
            log.warn(
                    "bean '{}': {} waits for its lock before it skips, so another node runs the scheduled job again as"
                            + " soon as the first has finished it. Give acquireTimeout = \"0s\"",
                    beanName,
                    definition.label());
        }
        for (Advisor inner : chain.subList(chain.indexOf(ours) + 1, chain.size())) {
            String interceptor = inner.getAdvice().getClass().getSimpleName();
            if (interceptor.toLowerCase(Locale.ROOT).contains("retry")
                    && ProxyChain.applies(inner, method, targetClass)) {
                log.warn(
                        "bean '{}': {} stands outside of {}, so that all attempts and the pauses between them are made"
                                + " under one lock. Give the retry an order below that of the lock (Ordered.LOWEST_PRECEDENCE -"
                                + " 200, for example) for a lock of its own for each attempt",
                        beanName,
                        definition.label(),
                        interceptor);
            }
        }
    }

    private static boolean runsAgainElsewhere(Method method, GuardDefinition definition) {
        return definition.skipWhenBusy()
                && !Duration.ZERO.equals(definition.options().acquireTimeout())
                && MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(SCHEDULED);
    }
}
