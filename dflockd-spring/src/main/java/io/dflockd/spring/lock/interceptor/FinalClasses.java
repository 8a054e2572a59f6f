package io.dflockd.spring.lock.interceptor;

import java.io.Closeable;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Knows the final classes of which a proxy by subclass would be made, as the proxy creator decides it. */
final class FinalClasses {

    private static final Set<Class<?>> CALLBACKS =
            Set.of(InitializingBean.class, DisposableBean.class, Closeable.class, AutoCloseable.class);

    private final ConfigurableListableBeanFactory beanFactory;

    FinalClasses(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    /** Whether the proxy creator will try, and fail, to make a subclass. */
    boolean isToBeSubclassed(String beanName, Class<?> type) {
        if (!Modifier.isFinal(type.getModifiers()) || ClassUtils.isLambdaClass(type)) {
            return false;
        }
        Object creator = beanFactory.getSingleton(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME);
        return creator instanceof ProxyConfig config
                && (AutoProxyUtils.shouldProxyTargetClass(beanFactory, beanName)
                        || (!isExposedByInterfaces(beanName)
                                && (config.isProxyTargetClass() || !hasProxyInterface(type))));
    }

    private boolean isExposedByInterfaces(String beanName) {
        return beanFactory.containsBeanDefinition(beanName)
                && beanFactory.getBeanDefinition(beanName).hasAttribute(AutoProxyUtils.EXPOSED_INTERFACES_ATTRIBUTE);
    }

    private static boolean hasProxyInterface(Class<?> type) {
        return Arrays.stream(ClassUtils.getAllInterfacesForClass(type))
                .anyMatch(declared -> !CALLBACKS.contains(declared)
                        && !Arrays.asList(declared.getInterfaces()).contains(Aware.class)
                        && declared.getMethods().length > 0);
    }
}
