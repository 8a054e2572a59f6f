package io.dflockd.spring.signal.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Calls a method for signals.
 *
 * <pre>{@code
 * @SignalListener("orders.*")
 * void changed(OrderChanged event, @Header(SignalHeaders.CHANNEL) String channel) {
 *     ...
 * }
 * }</pre>
 *
 * <p>The method may have these parameters, in any order: the payload, converted to the parameter's type (a text, or JSON
 * where Jackson 3 is on the class path), with {@code @Payload} if there could be doubt; the
 * {@link io.dflockd.client.Signal} itself; a {@link org.springframework.messaging.Message} of it;
 * {@link org.springframework.messaging.handler.annotation.Header} parameters with the names in
 * {@link io.dflockd.spring.signal.SignalHeaders}, and all of them as
 * {@link org.springframework.messaging.handler.annotation.Headers}. What it returns is ignored; it must not be
 * asynchronous, because the next signal would not wait for it. A method that cannot be called fails the start. The annotation may
 * stand on the method of an interface or superclass; the nearest one counts.
 *
 * <p>Each channel is a subscription of its own: one at a time and in order, whatever happens on the others. What the
 * method throws goes to the error handler, and the next signal comes all the same. Signals may be missed, of which
 * {@link io.dflockd.spring.signal.event.SignalGapEvent} tells where it is known.
 *
 * <p>Text attributes may contain {@code ${...}} and {@code #{...}}, which are resolved once.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective(SignalListenerReflectiveProcessor.class)
@Repeatable(SignalListeners.class)
public @interface SignalListener {

    /**
     * The name of the container in the registry, in events and in meters. By default bean name and method.
     *
     * @return the id
     */
    String id() default "";

    /**
     * The same as {@link #channels()}.
     *
     * @return channels or patterns
     */
    @AliasFor("channels")
    String[] value() default {};

    /**
     * What to listen to: channels, or patterns in which {@code *} stands for one token between dots and {@code >}, at the
     * end, for one or more. A value with commas, from a property for example, is several.
     *
     * @return channels or patterns, at least one
     */
    @AliasFor("value")
    String[] channels() default {};

    /**
     * The queue group: each signal goes to one member of it only. Empty for none.
     *
     * @return the group
     */
    String group() default "";

    /**
     * How many signals of a channel are handled at a time. Above 1 there is no order. Empty for the container factory's.
     *
     * @return a number
     */
    String concurrency() default "";

    /**
     * Whether it starts with the context. Empty for the container factory's.
     *
     * @return true or false
     */
    String autoStartup() default "";

    /**
     * The bean that gets what the method throws: a
     * {@link io.dflockd.spring.signal.listener.SignalListenerErrorHandler} or an
     * {@link org.springframework.util.ErrorHandler}. Empty for the container factory's, which logs.
     *
     * @return a bean name
     */
    String errorHandler() default "";

    /**
     * The {@link io.dflockd.client.DflockdClient} bean. Empty for the only or primary one.
     *
     * @return a bean name
     */
    String client() default "";

    /**
     * The {@link io.dflockd.spring.signal.endpoint.SignalListenerContainerFactory} bean. Empty for the default.
     *
     * @return a bean name
     */
    String containerFactory() default "";
}
