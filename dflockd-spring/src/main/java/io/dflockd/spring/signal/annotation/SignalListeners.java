package io.dflockd.spring.signal.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/** Several {@link SignalListener} on one method. */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(SignalListenerReflectiveProcessor.class)
public @interface SignalListeners {

    /**
     * The annotations.
     *
     * @return in their order
     */
    SignalListener[] value();
}
