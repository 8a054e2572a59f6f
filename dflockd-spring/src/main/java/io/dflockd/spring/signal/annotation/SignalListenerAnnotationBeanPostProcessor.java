package io.dflockd.spring.signal.annotation;

import io.dflockd.spring.internal.AnnotatedClasses;
import io.dflockd.spring.signal.SignalConverter;
import io.dflockd.spring.signal.endpoint.MethodSignalListenerEndpoint;
import io.dflockd.spring.signal.endpoint.SignalListenerConfigUtils;
import io.dflockd.spring.signal.endpoint.SignalListenerContainerFactory;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistrar;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.validation.Validator;

/**
 * Finds {@link SignalListener} methods and registers them. The containers of a bean are removed when the bean is destroyed.
 * Clients, container factories and converters are looked up only when all singletons exist.
 */
public class SignalListenerAnnotationBeanPostProcessor
        implements DestructionAwareBeanPostProcessor,
                MergedBeanDefinitionPostProcessor,
                Ordered,
                BeanFactoryAware,
                ApplicationEventPublisherAware,
                SmartInitializingSingleton {

    private final AnnotatedClasses listeners = new AnnotatedClasses(SignalListener.class);

    private final ListenerBeans listenerBeans = new ListenerBeans(listeners);

    /** The ids of the containers of each bean. */
    private final Map<String, List<String>> registered = new ConcurrentHashMap<>();

    private @Nullable ConfigurableBeanFactory beanFactory;

    private @Nullable ApplicationEventPublisher events;

    private @Nullable SignalListenerEndpointRegistrar registrar;

    private volatile @Nullable SignalListenerEndpointRegistry registry;

    private @Nullable MessageHandlerMethodFactory methods;

    /** Creates the post-processor. */
    public SignalListenerAnnotationBeanPostProcessor() {}

    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    /** Nothing: Spring calls post-processors of this kind after all others, so that a bean comes with all its proxies. */
    @Override
    public void postProcessMergedBeanDefinition(
            RootBeanDefinition beanDefinition, Class<?> beanType, String beanName) {}

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        if (!(beanFactory instanceof ConfigurableBeanFactory configurable)) {
            throw new IllegalArgumentException("expected a ConfigurableBeanFactory, got " + beanFactory.getClass());
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
        listenerBeans.prepare(beans);
        SignalListenerEndpointRegistrar target = registrar();
        beans.getBeanProvider(SignalListenerConfigurer.class)
                .orderedStream()
                .forEach(configurer -> configurer.configureSignalListeners(target));
        SignalListenerEndpointRegistry containers = beans.getBean(
                SignalListenerConfigUtils.ENDPOINT_REGISTRY_BEAN_NAME, SignalListenerEndpointRegistry.class);
        registry = containers;
        target.registerAll(containers);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        // A scoped proxy is infrastructure, too; it listens for the instances behind it.
        if ((bean instanceof AopInfrastructureBean && !(bean instanceof ScopedObject))
                || bean instanceof SignalListenerContainerFactory
                || bean instanceof SignalListenerEndpointRegistry
                || ScopedProxyUtils.isScopedTarget(beanName)) {
            return bean;
        }
        Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
        if (!listeners.contains(type)) {
            return bean;
        }
        Map<Method, Set<SignalListener>> found =
                MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<Set<SignalListener>>)
                        SignalListenerAnnotationBeanPostProcessor::annotations);
        if (found.isEmpty()) {
            return bean;
        }
        listenerBeans.checkScope(
                beans(), beanName, type, found.keySet().iterator().next());
        List<String> ids = new ArrayList<>();
        found.forEach((method, annotations) -> {
            boolean overloaded = found.keySet().stream()
                            .filter(other -> other.getName().equals(method.getName()))
                            .count()
                    > 1;
            String defaultId = beanName + "." + (overloaded ? ListenerMethod.signature(method) : method.getName());
            ListenerMethod checked = new ListenerMethod(bean, beanName, method);
            checked.checkSignature();
            ids.addAll(register(bean, checked, defaultId, List.copyOf(annotations)));
        });
        registered.put(beanName, ids);
        return bean;
    }

    /** The annotations of a method, or else those of the method that it implements or overrides. */
    private static @Nullable Set<SignalListener> annotations(Method method) {
        Set<SignalListener> annotations = AnnotatedElementUtils.getMergedRepeatableAnnotations(
                method, SignalListener.class, SignalListeners.class);
        if (annotations.isEmpty()) {
            annotations = AnnotatedElementUtils.findMergedRepeatableAnnotations(
                    method, SignalListener.class, SignalListeners.class);
        }
        return annotations.isEmpty() ? null : annotations;
    }

    private List<String> register(
            Object bean, ListenerMethod method, String defaultId, List<SignalListener> annotations) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < annotations.size(); i++) {
            ListenerAttributes attributes = new ListenerAttributes(
                    annotations.get(i), method.label(), defaultId + (i == 0 ? "" : "#" + i), beans());
            List<String> channels = attributes.channels();
            String group = attributes.group();
            HeaderChecks headers = new HeaderChecks(channels, group);
            MethodSignalListenerEndpoint endpoint = new MethodSignalListenerEndpoint(
                    attributes.id(), channels, bean, method.invocable(), () -> methods(method, headers));
            endpoint.setPayloadReader(payload -> read(method, payload));
            endpoint.setGroup(group);
            attributes.applyTo(endpoint);
            ids.add(endpoint.getId());
            String factory = attributes.containerFactory();
            if (factory == null) {
                registrar().registerEndpoint(endpoint);
            } else {
                registrar().registerEndpoint(endpoint, factory);
            }
        }
        return ids;
    }

    private MessageHandlerMethodFactory methods(ListenerMethod method, HeaderChecks headers) {
        MessageHandlerMethodFactory configured = registrar().getMessageHandlerMethodFactory();
        if (configured != null) {
            return configured;
        }
        Validator validator = beans().getBeanProvider(Validator.class).getIfUnique();
        method.checkArguments(converter(), headers, validator != null);
        if (methods == null) {
            methods = SignalHandlerMethods.factory(converter(), validator, beans());
        }
        return methods;
    }

    /** A factory of the application's own gets objects: it cannot know the converter for signals. */
    private Object read(ListenerMethod method, String payload) {
        SignalListenerEndpointRegistrar target = registrar();
        if (target.getMessageHandlerMethodFactory() == null || !target.isConvertPayloads()) {
            return payload;
        }
        Type type = method.payloadType();
        return type == null || !converter().canRead(type)
                ? payload
                : converter().read(payload, type);
    }

    private SignalConverter converter() {
        return beans().getBeanProvider(SignalConverter.class).getIfUnique(SignalConverter::defaultConverter);
    }

    @Override
    public boolean requiresDestruction(Object bean) {
        return listeners.contains(AopProxyUtils.ultimateTargetClass(bean));
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String beanName) {
        List<String> ids = registered.remove(beanName);
        SignalListenerEndpointRegistry containers = registry;
        if (ids != null && containers != null) {
            ids.forEach(containers::unregisterListenerContainer);
        }
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
