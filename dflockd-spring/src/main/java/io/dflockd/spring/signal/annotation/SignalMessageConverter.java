package io.dflockd.spring.signal.annotation;

import io.dflockd.spring.signal.SignalConverter;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.SmartMessageConverter;
import org.springframework.messaging.support.MessageBuilder;

/** A {@link SignalConverter} where Spring wants a message converter. */
final class SignalMessageConverter implements SmartMessageConverter {

    private final SignalConverter converter;

    SignalMessageConverter(SignalConverter converter) {
        this.converter = converter;
    }

    @Override
    public Object fromMessage(Message<?> message, Class<?> targetClass) {
        return fromMessage(message, targetClass, null);
    }

    @Override
    public Object fromMessage(Message<?> message, Class<?> targetClass, @Nullable Object conversionHint) {
        Type type = conversionHint instanceof MethodParameter parameter ? PayloadType.of(parameter) : targetClass;
        return converter.read(message.getPayload().toString(), type);
    }

    @Override
    public Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
        return toMessage(payload, headers, null);
    }

    @Override
    public Message<?> toMessage(Object payload, @Nullable MessageHeaders headers, @Nullable Object conversionHint) {
        return MessageBuilder.withPayload(converter.write(payload))
                .copyHeadersIfAbsent(headers)
                .build();
    }
}
