package io.dflockd.spring.signal.annotation;

import java.lang.reflect.Type;
import java.util.Optional;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;

/** The type that a parameter wants the payload in. */
final class PayloadType {

    private PayloadType() {}

    static Type of(MethodParameter parameter) {
        // A type variable of a generic base class is what the bean's class makes of it.
        return GenericTypeResolver.resolveType(declared(parameter), parameter.getContainingClass());
    }

    private static Type declared(MethodParameter parameter) {
        ResolvableType type = ResolvableType.forMethodParameter(parameter);
        Class<?> raw = parameter.getParameterType();
        if (Message.class.isAssignableFrom(raw)) {
            return known(type.as(Message.class).getGeneric());
        }
        return raw == Optional.class ? known(type.getGeneric()) : type.getType();
    }

    private static Type known(ResolvableType type) {
        return type.resolve() == null ? Object.class : type.getType();
    }
}
