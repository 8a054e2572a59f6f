package io.dflockd.spring.signal.endpoint;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.spring.signal.SignalHeaders;
import io.dflockd.spring.signal.listener.SignalMessageListener;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.messaging.support.GenericMessage;

/** An endpoint whose listener is a method of a bean. */
public class MethodSignalListenerEndpoint extends AbstractSignalListenerEndpoint {

    private final Object bean;

    private final Method method;

    private final Supplier<MessageHandlerMethodFactory> methods;

    private Function<String, Object> payloadReader = payload -> payload;

    /**
     * Creates an endpoint.
     *
     * @param id unique in a registry
     * @param channels channels or patterns, at least one
     * @param bean the bean
     * @param method a method that can be invoked on the bean, which may be a proxy
     * @param methods called when all singletons exist
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

    /**
     * Sets how the payload of the message is read from the text of a signal. By default it is the text.
     *
     * @param payloadReader converts the text
     */
    public void setPayloadReader(Function<String, Object> payloadReader) {
        this.payloadReader = payloadReader;
    }

    @Override
    public SignalMessageListener createListener() {
        InvocableHandlerMethod invocable = methods.get().createInvocableHandlerMethod(bean, method);
        return (signal, subscription) -> invocable.invoke(message(signal, subscription));
    }

    private Message<Object> message(Signal signal, SubscriptionInfo subscription) {
        Map<String, Object> headers = new HashMap<>();
        headers.put(SignalHeaders.CHANNEL, signal.channel());
        headers.put(SignalHeaders.PATTERN, subscription.pattern());
        headers.put(SignalHeaders.SERVER, signal.server());
        headers.put(SignalHeaders.SIGNAL, signal);
        if (subscription.group() != null) {
            headers.put(SignalHeaders.GROUP, subscription.group());
        }
        return new SignalMessage(signal, payloadReader.apply(signal.payload()), headers);
    }

    /** Spring's exceptions show the message that they are about, and are logged. */
    private static final class SignalMessage extends GenericMessage<Object> {

        private static final long serialVersionUID = 1L;

        private final transient Signal signal;

        SignalMessage(Signal signal, Object payload, Map<String, Object> headers) {
            super(payload, headers);
            this.signal = signal;
        }

        @Override
        public String toString() {
            return "SignalMessage[" + signal + "]";
        }
    }

    @Override
    public String toString() {
        return super.toString() + " (" + method.toGenericString() + ")";
    }
}
