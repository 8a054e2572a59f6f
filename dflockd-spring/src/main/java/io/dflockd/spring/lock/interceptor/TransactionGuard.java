package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.LockLossTransactionListener;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.ConfigurableTransactionManager;

/** Adds the {@link LockLossTransactionListener} to all transaction managers. */
final class TransactionGuard implements BeanPostProcessor, SmartInitializingSingleton {

    private final LockLossTransactionListener listener = new LockLossTransactionListener();

    private final ListableBeanFactory beanFactory;

    TransactionGuard(ListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof ConfigurableTransactionManager manager) {
            guard(manager);
        }
        return bean;
    }

    /** For managers that were made before this post-processor. */
    @Override
    public void afterSingletonsInstantiated() {
        beanFactory
                .getBeansOfType(ConfigurableTransactionManager.class, false, false)
                .values()
                .forEach(this::guard);
    }

    private void guard(ConfigurableTransactionManager manager) {
        if (manager.getTransactionExecutionListeners().stream()
                .noneMatch(LockLossTransactionListener.class::isInstance)) {
            manager.addListener(listener);
        }
    }
}
