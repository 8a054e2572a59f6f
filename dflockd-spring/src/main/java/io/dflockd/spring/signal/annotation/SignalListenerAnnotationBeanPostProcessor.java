package io.dflockd.spring.signal.annotation;

import io.dflockd.spring.internal.AnnotatedClasses;
import io.dflockd.spring.signal.SignalConverter;
import io.dflockd.spring.signal.endpoint.MethodSignalListenerEndpoint;
import io.dflockd.spring.signal.endpoint.SignalListenerConfigUtils;
import io.dflockd.spring.signal.endpoint.SignalListenerContainerFactory;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistrar;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;

/**
 * Finds {@link SignalListener} methods and registers them. Nothing that they need is asked for before all singletons are
 * there.
 */
public class SignalListenerAnnotationBeanPostProcessor
        implements BeanPostProcessor,
                Ordered,
                BeanFactoryAware,
                ApplicationEventPublisherAware,
                SmartInitializingSingleton {

    private final AnnotatedClasses listeners = new AnnotatedClasses(SignalListener.class);

    private @Nullable ConfigurableBeanFactory beanFactory;

    private @Nullable ApplicationEventPublisher events;

    private @Nullable SignalListenerEndpointRegistrar registrar;

    private @Nullable MessageHandlerMethodFactory methods;

    /** Creates the post-processor. */
    public SignalListenerAnnotationBeanPostProcessor() {}

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        if (!(beanFactory instanceof ConfigurableBeanFactory configurable)) {
            throw new IllegalArgumentException("needs a ConfigurableBeanFactory, not " + beanFactory.getClass());
        }
        this.beanFactory = configurable;
    }

    @Override
    public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
        this.events = publisher;
    }

    @Override
    public void afterSingletonsInstantiated() {
        ConfigurableBeanFactory beans = beans();
        SignalListenerEndpointRegistrar target = registrar();
        beans.getBeanProvider(SignalListenerConfigurer.class)
                .orderedStream()
                .forEach(configurer -> configurer.configureSignalListeners(target));
        target.registerAll(beans.getBean(
                SignalListenerConfigUtils.ENDPOINT_REGISTRY_BEAN_NAME, SignalListenerEndpointRegistry.class));
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof AopInfrastructureBean
                || bean instanceof SignalListenerContainerFactory
                || bean instanceof SignalListenerEndpointRegistry) {
            return bean;
        }
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        if (!listeners.contains(type)) {
            return bean;
        }
        Map<Method, Set<SignalListener>> found =
                MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<Set<SignalListener>>)
                        SignalListenerAnnotationBeanPostProcessor::annotations);
        found.forEach((method, annotations) -> register(bean, beanName, method, List.copyOf(annotations)));
        return bean;
    }

    /** A method's own, or else those of what it implements or overrides. */
    private static @Nullable Set<SignalListener> annotations(Method method) {
        Set<SignalListener> annotations = AnnotatedElementUtils.getMergedRepeatableAnnotations(
                method, SignalListener.class, SignalListeners.class);
        if (annotations.isEmpty()) {
            annotations = AnnotatedElementUtils.findMergedRepeatableAnnotations(
                    method, SignalListener.class, SignalListeners.class);
        }
        return annotations.isEmpty() ? null : annotations;
    }

    private void register(Object bean, String beanName, Method method, List<SignalListener> annotations) {
        Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
        ListenerMethod checked = new ListenerMethod(bean, invocable);
        checked.checkSignature();
        for (int i = 0; i < annotations.size(); i++) {
            String defaultId = beanName + "." + method.getName() + (i == 0 ? "" : "#" + i);
            ListenerAttributes attributes =
                    new ListenerAttributes(annotations.get(i), checked.label(), defaultId, beans());
            List<String> channels = attributes.channels();
            String group = attributes.group();
            HeaderChecks headers = new HeaderChecks(channels, group);
            MethodSignalListenerEndpoint endpoint = new MethodSignalListenerEndpoint(
                    attributes.id(), channels, bean, invocable, () -> methods(checked, headers));
            endpoint.setGroup(group);
            attributes.applyTo(endpoint);
            String factory = attributes.containerFactory();
            if (factory == null) {
                registrar().registerEndpoint(endpoint);
            } else {
                registrar().registerEndpoint(endpoint, factory);
            }
        }
    }

    private MessageHandlerMethodFactory methods(ListenerMethod method, HeaderChecks headers) {
        MessageHandlerMethodFactory configured = registrar().getMessageHandlerMethodFactory();
        if (configured != null) {
            return configured;
        }
        SignalConverter converter =
                beans().getBeanProvider(SignalConverter.class).getIfUnique(SignalConverter::defaultConverter);
        method.checkArguments(converter, headers);
        if (methods == null) {
            methods = SignalHandlerMethods.factory(converter, beans());
        }
        return methods;
    }

    private ConfigurableBeanFactory beans() {
        if (beanFactory == null) {
            throw new IllegalStateException("no bean factory was set");
        }
        return beanFactory;
    }

    private synchronized SignalListenerEndpointRegistrar registrar() {
        if (registrar == null) {
            registrar = new SignalListenerEndpointRegistrar(beans(), events);
        }
        return registrar;
    }
}
