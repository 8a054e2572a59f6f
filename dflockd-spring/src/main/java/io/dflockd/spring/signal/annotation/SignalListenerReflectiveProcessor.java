package io.dflockd.spring.signal.annotation;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;

/** Lets a native image call listener methods and read their payloads. */
final class SignalListenerReflectiveProcessor implements ReflectiveProcessor {

    private final BindingReflectionHintsRegistrar bindings = new BindingReflectionHintsRegistrar();

    @Override
    public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
        if (element instanceof Method method) {
            hints.registerMethod(method, ExecutableMode.INVOKE);
            for (int i = 0; i < method.getParameterCount(); i++) {
                MethodParameter parameter = new MethodParameter(method, i);
                if (ListenerMethod.isPayload(parameter)
                        || Message.class.isAssignableFrom(parameter.getParameterType())) {
                    registerPayload(hints, PayloadType.of(parameter));
                }
            }
        }
    }

    private void registerPayload(ReflectionHints hints, Type type) {
        if (type != Object.class) {
            bindings.registerReflectionHints(hints, type);
        }
    }
}
