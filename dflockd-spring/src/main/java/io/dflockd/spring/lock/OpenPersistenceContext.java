package io.dflockd.spring.lock;

import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Whether JPA's persistence context is open on the caller's thread without a transaction, as open session in view leaves it
 * for a whole request. Entities that it has read are answered from its cache, also inside a lock.
 */
final class OpenPersistenceContext {

    private static final boolean PRESENT = ClassUtils.isPresent(
            "org.springframework.transaction.support.TransactionSynchronizationManager",
            OpenPersistenceContext.class.getClassLoader());

    private static final ClassValue<Optional<Method>> ENTITY_MANAGER = accessor("getEntityManager");

    private static final ClassValue<Optional<Method>> STATISTICS = accessor("getStatistics");

    private static final ClassValue<Optional<Method>> ENTITY_COUNT = accessor("getEntityCount");

    private OpenPersistenceContext() {}

    /** False also where it is known to be empty. */
    static boolean isActive() {
        return PRESENT && Delegate.isActive();
    }

    private static boolean isUsed(Object resource) {
        Object entityManager = get(ENTITY_MANAGER, resource);
        if (entityManager == null) {
            return false;
        }
        Object statistics = get(STATISTICS, entityManager);
        Object count = statistics == null ? null : get(ENTITY_COUNT, statistics);
        return !(count instanceof Number number) || number.intValue() > 0;
    }

    private static @Nullable Object get(ClassValue<Optional<Method>> accessor, Object owner) {
        Method method = accessor.get(owner.getClass()).orElse(null);
        try {
            return method == null ? null : ReflectionUtils.invokeMethod(method, owner);
        } catch (RuntimeException ex) {
            // Unknown, then.
            return null;
        }
    }

    private static ClassValue<Optional<Method>> accessor(String name) {
        return new ClassValue<>() {
            @Override
            protected Optional<Method> computeValue(Class<?> type) {
                Method method = ClassUtils.getMethodIfAvailable(type, name);
                return Optional.ofNullable(
                        method == null ? null : ClassUtils.getPubliclyAccessibleMethodIfPossible(method, type));
            }
        };
    }

    /** Loaded only where spring-tx is. */
    private static final class Delegate {

        static boolean isActive() {
            if (TransactionSynchronizationManager.isActualTransactionActive()) {
                return false;
            }
            for (Object resource :
                    TransactionSynchronizationManager.getResourceMap().values()) {
                if (isUsed(resource)) {
                    return true;
                }
            }
            return false;
        }
    }
}
