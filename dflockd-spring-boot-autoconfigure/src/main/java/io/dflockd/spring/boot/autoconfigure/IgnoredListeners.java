package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.spring.internal.AnnotatedClasses;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.endpoint.SignalListenerConfigUtils;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Says in the log that listeners do not listen because dflockd is switched off. */
final class IgnoredListeners implements BeanPostProcessor, SmartInitializingSingleton, AopInfrastructureBean {

    private static final Logger log = LoggerFactory.getLogger(IgnoredListeners.class);

    private final AnnotatedClasses listeners = new AnnotatedClasses(SignalListener.class);

    private final Set<String> found = new TreeSet<>();

    private final ListableBeanFactory beanFactory;

    IgnoredListeners(ListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    @Override
    public synchronized Object postProcessAfterInitialization(Object bean, String beanName) {
        if (listeners.contains(AopProxyUtils.ultimateTargetClass(bean))) {
            found.add(beanName);
        }
        return bean;
    }

    @Override
    public synchronized void afterSingletonsInstantiated() {
        // An application may enable its listeners itself.
        if (!found.isEmpty() && !beanFactory.containsBean(SignalListenerConfigUtils.ANNOTATION_PROCESSOR_BEAN_NAME)) {
            log.info("dflockd is disabled: the @SignalListener methods of the beans {} are ignored", found);
        }
    }
}
