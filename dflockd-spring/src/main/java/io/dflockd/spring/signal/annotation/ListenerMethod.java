package io.dflockd.spring.signal.annotation;

import io.dflockd.client.Signal;
import io.dflockd.spring.internal.AnnotatedMethod;
import io.dflockd.spring.signal.SignalConverter;
import io.dflockd.spring.signal.endpoint.SignalListenerDefinitionException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.HandlerMethod;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/** A method with the annotation, and whether it can be called for a signal. */
final class ListenerMethod {

    private final Object bean;

    private final String beanName;

    /** As it was declared. */
    private final Method method;

    /** As it can be called on the bean, which may be a proxy. */
    private final Method invocable;

    /** As the call will find them: with the types of a generic class, and annotations of an interface. */
    private final MethodParameter[] parameters;

    /**
     * A method of a bean.
     *
     * @throws SignalListenerDefinitionException if the bean is a proxy that does not have the method
     */
    ListenerMethod(Object bean, String beanName, Method method) {
        this.bean = bean;
        this.beanName = beanName;
        this.method = method;
        this.invocable = selectInvocable();
        this.parameters = new HandlerMethod(bean, invocable).getMethodParameters();
    }

    private Method selectInvocable() {
        if (AopUtils.isAopProxy(bean)) {
            String why = Modifier.isPrivate(method.getModifiers())
                    ? "private"
                    : Modifier.isFinal(method.getModifiers()) && AopUtils.isCglibProxy(bean) ? "final" : null;
            if (why != null) {
                throw impossible(
                        "is " + why + ", and the bean is a proxy that does not pass on " + why
                                + " methods: the method would run on the proxy, whose fields are null",
                        "Remove '" + why + "'.");
            }
        }
        try {
            return AopUtils.selectInvocableMethod(method, bean.getClass());
        } catch (IllegalStateException ex) {
            throw new SignalListenerDefinitionException(
                    label()
                            + " cannot be called, because the bean is a proxy that has only the methods of its interfaces",
                    "Declare the method in an interface of the bean, or proxy the class (proxyTargetClass = true).",
                    ex);
        }
    }

    Method invocable() {
        return invocable;
    }

    /** Names the bean and the method. */
    String label() {
        return "@SignalListener of bean '" + beanName + "': the method "
                + AnnotatedMethod.name(method, method.getDeclaringClass());
    }

    /** The method with the types of its parameters, to tell overloaded methods apart. */
    static String signature(Method method) {
        return method.getName() + AnnotatedMethod.parameters(method);
    }

    /** Refuses methods that cannot work, whatever the converter. */
    void checkSignature() {
        if (AnnotatedElementUtils.hasAnnotation(method, Bean.class)) {
            throw impossible(
                    "is a @Bean method, which the container calls to make a bean",
                    "Put @SignalListener on a method of that bean.");
        }
        if (KotlinDetector.isSuspendingFunction(invocable)) {
            throw impossible(
                    "is a suspending function, and the next signal would not wait for it", "Make it a plain function.");
        }
        Class<?> returned = invocable.getReturnType();
        boolean asynchronous = CompletionStage.class.isAssignableFrom(returned)
                || Future.class.isAssignableFrom(returned)
                || ReactiveAdapterRegistry.getSharedInstance().getAdapter(returned) != null;
        if (asynchronous) {
            throw impossible(
                    "returns a " + returned.getSimpleName()
                            + ": the next signal would not wait for it, and its failure would be lost",
                    "Return void and wait inside.");
        }
        if (isForLater(returned)) {
            throw impossible(
                    "returns a " + returned.getSimpleName() + ": nobody would call it",
                    "Return void and do the work inside.");
        }
        if (isAsync()) {
            throw impossible(
                    "is executed by @Async: signals would be handled out of order, failures would be lost, and a stop would"
                            + " not wait for it",
                    "Remove @Async. To handle several signals at a time, set 'concurrency', or an executor in a"
                            + " ContainerSettingsCustomizer or container factory.");
        }
        List<String> payloads = new ArrayList<>();
        for (MethodParameter parameter : parameters) {
            check(parameter);
            if (isPayload(parameter)) {
                payloads.add(parameter.getParameterType().getSimpleName());
            }
        }
        if (payloads.size() > 1) {
            throw impossible(
                    "has several parameters that could be the payload: " + payloads,
                    "Annotate the others with @Header, or leave them out.");
        }
    }

    /** What a method returns that leaves its work to the caller. */
    private static boolean isForLater(Class<?> returned) {
        return Callable.class.isAssignableFrom(returned)
                || Runnable.class.isAssignableFrom(returned)
                || Supplier.class.isAssignableFrom(returned)
                || BaseStream.class.isAssignableFrom(returned);
    }

    private boolean isAsync() {
        Class<?> type = method.getDeclaringClass();
        Class<?> target = AopProxyUtils.ultimateTargetClass(bean);
        if (AnnotatedElementUtils.hasAnnotation(method, Async.class)
                || AnnotatedElementUtils.hasAnnotation(type, Async.class)
                || AnnotatedElementUtils.hasAnnotation(target, Async.class)) {
            return true;
        }
        // Other annotations may mean the same; their advice is the same.
        if (bean instanceof Advised advised) {
            for (Advisor advisor : advised.getAdvisors()) {
                if (advisor.getAdvice() instanceof AsyncExecutionInterceptor && applies(advisor, target)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean applies(Advisor advisor, Class<?> target) {
        return !(advisor instanceof PointcutAdvisor pointcut)
                || (pointcut.getPointcut().getClassFilter().matches(target)
                        && pointcut.getPointcut().getMethodMatcher().matches(method, target));
    }

    private void check(MethodParameter parameter) {
        if (parameter.hasParameterAnnotation(DestinationVariable.class)) {
            throw impossible(
                    "has a @DestinationVariable parameter, but patterns have no variables",
                    "Use @Header(SignalHeaders.CHANNEL).");
        }
        Payload payload = parameter.getParameterAnnotation(Payload.class);
        if (payload != null && !payload.expression().isEmpty()) {
            throw impossible("has a @Payload with an expression, which is not supported", "Leave out the expression.");
        }
    }

    /** Refuses arguments that cannot be had: headers, kinds of messages, and what the converter cannot read. */
    void checkArguments(SignalConverter converter, HeaderChecks headers, boolean validated) {
        for (MethodParameter parameter : parameters) {
            Problem problem = headers.problem(parameter);
            if (problem != null) {
                throw impossible(problem.what(), problem.action());
            }
            Class<?> raw = parameter.getParameterType();
            if (Message.class.isAssignableFrom(raw) && !raw.isAssignableFrom(GenericMessage.class)) {
                throw impossible(
                        "has a parameter of type " + raw.getSimpleName() + ", but the message of a signal is another",
                        "Take a Message<T>.");
            }
            Type type = payloadType(parameter);
            if (type != null && !converter.canRead(type)) {
                throw impossible(
                        "takes the payload as " + type.getTypeName() + ", which "
                                + converter.getClass().getSimpleName() + " cannot read",
                        "Take a String, put Jackson 3 on the class path, or define a SignalConverter bean.");
            }
            checkValidation(parameter, validated);
        }
    }

    private void checkValidation(MethodParameter parameter, boolean validated) {
        boolean requested = Arrays.stream(parameter.getParameterAnnotations()).anyMatch(ListenerMethod::isValidation);
        if (!requested || AnnotatedElementUtils.hasAnnotation(parameter.getContainingClass(), Validated.class)) {
            return;
        }
        if (!isPayload(parameter)) {
            throw impossible(
                    "wants a parameter validated that is not the payload", "Put the annotation on the payload.");
        }
        if (!validated) {
            throw impossible(
                    "wants its payload validated, but there is no single Validator bean",
                    "Add spring-boot-starter-validation or define an org.springframework.validation.Validator bean, one"
                            + " of several as primary.");
        }
    }

    private static boolean isValidation(Annotation annotation) {
        return ValidationAnnotationUtils.determineValidationHints(annotation) != null;
    }

    /** The type that the method takes the payload in; null if it does not take it. */
    @Nullable
    Type payloadType() {
        for (MethodParameter parameter : parameters) {
            Type type = payloadType(parameter);
            if (type != null) {
                return type;
            }
        }
        return null;
    }

    private static @Nullable Type payloadType(MethodParameter parameter) {
        boolean takesPayload = isPayload(parameter) || Message.class.isAssignableFrom(parameter.getParameterType());
        return takesPayload ? PayloadType.of(parameter) : null;
    }

    static boolean isPayload(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        boolean other = parameter.hasParameterAnnotation(Header.class)
                || parameter.hasParameterAnnotation(Headers.class)
                || type == Signal.class
                || Message.class.isAssignableFrom(type)
                || MessageHeaders.class.isAssignableFrom(type)
                || MessageHeaderAccessor.class.isAssignableFrom(type);
        return !other;
    }

    private SignalListenerDefinitionException impossible(String what, String action) {
        return new SignalListenerDefinitionException(label() + " " + what, action, null);
    }
}
