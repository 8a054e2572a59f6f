package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.LockLossTransactionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** Adds the {@link LockLossTransactionListener} to all transaction managers, and names those that take none. */
final class TransactionGuard implements BeanPostProcessor, SmartInitializingSingleton {

    private static final Logger log = LoggerFactory.getLogger(TransactionGuard.class);

    private final LockLossTransactionListener listener = new LockLossTransactionListener();

    private final ConfigurableListableBeanFactory beanFactory;

    private final GuardedMethods methods;

    TransactionGuard(ConfigurableListableBeanFactory beanFactory, GuardedMethods methods) {
        this.beanFactory = beanFactory;
        this.methods = methods;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof ConfigurableTransactionManager manager) {
            guard(manager);
        }
        return bean;
    }

    /** For managers that were made before this post-processor, and those of ancestors, which it does not process. */
    @Override
    public void afterSingletonsInstantiated() {
        guardAll(beanFactory, false);
        BeanFactory parent = beanFactory.getParentBeanFactory();
        while (parent instanceof ConfigurableListableBeanFactory ancestor) {
            guardAll(ancestor, methods.areFound());
            parent = ancestor.getParentBeanFactory();
        }
    }

    /** @param lazyToo whether to make managers that are not made yet */
    private void guardAll(ConfigurableListableBeanFactory beans, boolean lazyToo) {
        for (String beanName : beans.getBeanNamesForType(PlatformTransactionManager.class, false, false)) {
            try {
                if (lazyToo || beans.containsSingleton(beanName)) {
                    guard(beanName, beans.getBean(beanName));
                }
            } catch (BeansException ex) {
                log.warn("transaction manager '{}' could not be made to add a listener", beanName, ex);
            }
        }
    }

    private void guard(String beanName, Object bean) {
        if (bean instanceof ConfigurableTransactionManager manager) {
            guard(manager);
        } else if (methods.areFound()) {
            log.warn(
                    "transaction manager '{}' ({}) cannot be guarded, because it is no ConfigurableTransactionManager: a"
                            + " transaction may commit though its lock is lost. If it delegates to a manager that is not a"
                            + " bean, add a LockLossTransactionListener to that one",
                    beanName,
                    bean.getClass().getName());
        }
    }

    private void guard(ConfigurableTransactionManager manager) {
        if (manager.getTransactionExecutionListeners().stream()
                .noneMatch(LockLossTransactionListener.class::isInstance)) {
            manager.addListener(listener);
        }
    }
}
