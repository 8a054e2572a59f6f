package io.dflockd.spring.signal.annotation;

import io.dflockd.client.Signal;
import io.dflockd.spring.signal.SignalConverter;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.HandlerMethod;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.GenericMessage;
import org.springframework.messaging.support.MessageHeaderAccessor;

/** A method with the annotation, and whether it can be called for a signal. */
final class ListenerMethod {

    private final Method method;

    /** As the call will find them: with the types of a generic class, and annotations of an interface. */
    private final MethodParameter[] parameters;

    /**
     * A method.
     *
     * @param bean whose method
     * @param method can be invoked on the bean
     */
    ListenerMethod(Object bean, Method method) {
        this.method = method;
        this.parameters = new HandlerMethod(bean, method).getMethodParameters();
    }

    String label() {
        return method.getDeclaringClass().getName() + "." + method.getName() + "()";
    }

    /** Refuses what cannot work, whatever the converter. */
    void checkSignature() {
        if (KotlinDetector.isSuspendingFunction(method)) {
            throw impossible(
                    "is a suspending function; the next signal would not wait for it. Make it a plain function");
        }
        Class<?> returned = method.getReturnType();
        boolean asynchronous = CompletionStage.class.isAssignableFrom(returned)
                || Future.class.isAssignableFrom(returned)
                || ReactiveAdapterRegistry.getSharedInstance().getAdapter(returned) != null;
        if (asynchronous) {
            throw impossible(
                    "returns a " + returned.getSimpleName()
                            + "; the next signal would not wait for it, and its failure would be lost. Return void and wait inside");
        }
        List<String> payloads = new ArrayList<>();
        for (MethodParameter parameter : parameters) {
            check(parameter);
            if (isPayload(parameter)) {
                payloads.add(parameter.getParameterType().getSimpleName());
            }
        }
        if (payloads.size() > 1) {
            throw impossible("has several parameters that could be the payload: " + payloads
                    + ". Annotate the others with @Header, or leave them out");
        }
    }

    private void check(MethodParameter parameter) {
        if (parameter.hasParameterAnnotation(DestinationVariable.class)) {
            throw impossible("has a @DestinationVariable parameter; patterns have no variables. Use"
                    + " @Header(SignalHeaders.CHANNEL)");
        }
        Payload payload = parameter.getParameterAnnotation(Payload.class);
        if (payload != null && !payload.expression().isEmpty()) {
            throw impossible("has a @Payload with an expression, which is not supported");
        }
    }

    /** Refuses arguments that there will not be: headers, kinds of messages, and what the converter cannot make. */
    void checkArguments(SignalConverter converter, HeaderChecks headers) {
        for (MethodParameter parameter : parameters) {
            String problem = headers.problem(parameter);
            if (problem != null) {
                throw impossible(problem);
            }
            Class<?> raw = parameter.getParameterType();
            if (Message.class.isAssignableFrom(raw) && !raw.isAssignableFrom(GenericMessage.class)) {
                throw impossible("has a parameter of type " + raw.getSimpleName()
                        + ", which the message of a signal is not. Take a Message<T>");
            }
            Type type = isPayload(parameter) ? PayloadType.of(parameter) : messageType(parameter);
            if (type != null && !converter.canRead(type)) {
                throw impossible(
                        "wants the payload as " + type.getTypeName() + ", which "
                                + converter.getClass().getSimpleName()
                                + " cannot make. Take a String, put Jackson 3 on the class path, or define a SignalConverter bean");
            }
        }
    }

    private static @Nullable Type messageType(MethodParameter parameter) {
        return Message.class.isAssignableFrom(parameter.getParameterType()) ? PayloadType.of(parameter) : null;
    }

    private static boolean isPayload(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        boolean other = parameter.hasParameterAnnotation(Header.class)
                || parameter.hasParameterAnnotation(Headers.class)
                || type == Signal.class
                || Message.class.isAssignableFrom(type)
                || MessageHeaders.class.isAssignableFrom(type)
                || MessageHeaderAccessor.class.isAssignableFrom(type);
        return !other;
    }

    private IllegalStateException impossible(String why) {
        return new IllegalStateException("@SignalListener method " + label() + " " + why);
    }
}
