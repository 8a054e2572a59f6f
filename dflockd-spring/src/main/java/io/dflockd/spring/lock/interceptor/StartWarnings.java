package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.annotation.DistributedScheduled;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.Advisor;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/** Warns of what is allowed but rarely meant: of a job once for each method, however many beans have it. */
final class StartWarnings {

    private static final Logger log = LoggerFactory.getLogger(StartWarnings.class);

    private static final String SCHEDULED = "org.springframework.scheduling.annotation.Scheduled";

    private static final String RETRYABLE = "org.springframework.retry.annotation.Retryable";

    private static final String RETRY_OF_ANNOTATIONS = "AnnotationAwareRetryOperationsInterceptor";

    private final Set<String> warnedJobs = ConcurrentHashMap.newKeySet();

    void writeOfRetry(
            String beanName,
            List<Advisor> chain,
            GuardAdvisor ours,
            Method method,
            Class<?> targetClass,
            GuardDefinition definition) {
        for (Advisor inner : chain.subList(chain.indexOf(ours) + 1, chain.size())) {
            String interceptor = inner.getAdvice().getClass().getSimpleName();
            if (interceptor.toLowerCase(Locale.ROOT).contains("retry")
                    && ProxyChain.applies(inner, method, targetClass)
                    && (!interceptor.equals(RETRY_OF_ANNOTATIONS) || isRetryable(method))) {
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

    /** Spring Retry stands in front of all methods of a class that has one to retry, and finds out at the call. */
    private static boolean isRetryable(Method method) {
        return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(RETRYABLE)
                || MergedAnnotations.from(method.getDeclaringClass(), SearchStrategy.TYPE_HIERARCHY)
                        .isPresent(RETRYABLE);
    }

    /** Of a {@code @Scheduled} method. Makes its client if the annotation leaves the time to defaults. */
    void writeOfJob(String beanName, GuardType type, GuardDefinition definition) {
        Duration given = definition.options().acquireTimeout();
        Duration timeout = given != null ? given : definition.effectiveOptions().acquireTimeout();
        boolean waits = !Duration.ZERO.equals(timeout);
        if (waits && (type == GuardType.LOCK || definition.skipWhenBusy())) {
            warn(
                    "waits for its lock, so another node runs the scheduled job again as soon as the first has finished it",
                    beanName,
                    definition);
        } else if (type == GuardType.LOCK && !definition.skipWhenBusy()) {
            warn(
                    "throws when the lock is busy, so the scheduler logs an error on every node but the one that runs the"
                            + " job",
                    beanName,
                    definition);
        }
    }

    /** Of a method with {@link DistributedScheduled} that Spring does not schedule. */
    void writeOfJobWithoutSchedule(String beanName, GuardDefinition definition) {
        if (warnedJobs.add(definition.label())) {
            log.warn(
                    "bean '{}': {} does not schedule anything, and the method is not @Scheduled, so Spring never runs it as a"
                            + " job. Add @Scheduled(cron = \"...\") to it, or @DistributedLocked instead if other code calls it",
                    beanName,
                    definition.label());
        }
    }

    private void warn(String what, String beanName, GuardDefinition definition) {
        if (warnedJobs.add(definition.label())) {
            log.warn(
                    "bean '{}': {} {}. To run the job on one node, use @DistributedScheduled, or acquireTimeout = \"0s\" and"
                            + " onBusy = SKIP",
                    beanName,
                    definition.label(),
                    what);
        }
    }

    /** Whether the annotation is one of a job, directly or on an annotation of the application. */
    static boolean isJob(MergedAnnotation<?> annotation) {
        return annotation.getMetaTypes().contains(DistributedScheduled.class);
    }

    static boolean isScheduled(Method method) {
        return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(SCHEDULED);
    }
}
