package io.dflockd.spring.signal.config;

import io.dflockd.client.Signal;
import io.dflockd.spring.signal.SignalHeaders;
import io.dflockd.spring.signal.listener.SignalMessageListener;
import io.dflockd.spring.signal.listener.SignalMessageListener.Subscribed;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.messaging.support.MessageBuilder;

/** An endpoint whose listener is a method of a bean. */
public class MethodSignalListenerEndpoint extends AbstractSignalListenerEndpoint {

    private final Object bean;

    private final Method method;

    private final Supplier<MessageHandlerMethodFactory> methods;

    /**
     * Creates an endpoint.
     *
     * @param id unique in a registry
     * @param channels channels or patterns, at least one
     * @param bean whose method
     * @param method can be invoked on the bean, which may be a proxy
     * @param methods asked when all singletons are there
     */
    public MethodSignalListenerEndpoint(
            String id,
            List<String> channels,
            Object bean,
            Method method,
            Supplier<MessageHandlerMethodFactory> methods) {
        super(id, channels);
        this.bean = bean;
        this.method = method;
        this.methods = methods;
    }

    @Override
    public SignalMessageListener createListener() {
        InvocableHandlerMethod invocable = methods.get().createInvocableHandlerMethod(bean, method);
        return (signal, subscription) -> invocable.invoke(message(signal, subscription));
    }

    private static Message<String> message(Signal signal, Subscribed subscription) {
        MessageBuilder<String> message = MessageBuilder.withPayload(signal.payload())
                .setHeader(SignalHeaders.CHANNEL, signal.channel())
                .setHeader(SignalHeaders.PATTERN, subscription.pattern())
                .setHeader(SignalHeaders.SERVER, signal.server())
                .setHeader(SignalHeaders.SIGNAL, signal);
        if (subscription.group() != null) {
            message.setHeader(SignalHeaders.GROUP, subscription.group());
        }
        return message.build();
    }

    @Override
    public String toString() {
        return super.toString() + " (" + method.toGenericString() + ")";
    }
}
