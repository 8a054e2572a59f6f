package io.dflockd.spring.signal.annotation;

import io.dflockd.client.Signal;
import io.dflockd.spring.signal.SignalConverter;
import io.dflockd.spring.signal.SignalHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConverter;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.annotation.support.HeaderMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.support.HeadersMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.messaging.handler.annotation.support.MessageMethodArgumentResolver;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.annotation.support.PayloadMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.validation.BindingResult;
import org.springframework.validation.Validator;

/** How listener methods are called, unless a configurer says otherwise. */
final class SignalHandlerMethods {

    private SignalHandlerMethods() {}

    static MessageHandlerMethodFactory factory(
            SignalConverter converter, @Nullable Validator validator, ConfigurableBeanFactory beans) {
        MessageConverter payloads = new SignalMessageConverter(converter);
        DefaultMessageHandlerMethodFactory factory = new DefaultMessageHandlerMethodFactory();
        factory.setBeanFactory(beans);
        factory.setArgumentResolvers(List.of(
                new HeaderMethodArgumentResolver(new DefaultFormattingConversionService(), beans),
                new HeadersMethodArgumentResolver(),
                new WholeMessages(payloads),
                new WholeSignals(),
                new Payloads(payloads, validator)));
        factory.afterPropertiesSet();
        return factory;
    }

    private static boolean isEmpty(@Nullable Object payload) {
        return payload == null || payload.equals("");
    }

    /** A blank payload is a payload, and a type variable of a generic base class is what the bean's class makes of it. */
    private static final class WholeMessages extends MessageMethodArgumentResolver {

        WholeMessages(MessageConverter converter) {
            super(converter);
        }

        @Override
        protected Class<?> getPayloadType(MethodParameter parameter, Message<?> message) {
            return ResolvableType.forMethodParameter(parameter)
                    .as(Message.class)
                    .getGeneric()
                    .toClass();
        }

        @Override
        protected boolean isEmptyPayload(@Nullable Object payload) {
            return isEmpty(payload);
        }
    }

    /** A blank payload is a payload. */
    private static final class Payloads extends PayloadMethodArgumentResolver {

        Payloads(MessageConverter converter, @Nullable Validator validator) {
            super(converter, validator);
        }

        @Override
        protected void validate(Message<?> message, MethodParameter parameter, Object target) {
            try {
                super.validate(message, parameter, target);
            } catch (MethodArgumentNotValidException ex) {
                BindingResult result = ex.getBindingResult();
                throw result == null ? ex : new InvalidPayloadException(message, parameter, result);
            }
        }

        @Override
        protected boolean isEmptyPayload(@Nullable Object payload) {
            return isEmpty(payload);
        }
    }

    private static final class WholeSignals implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == Signal.class;
        }

        @Override
        public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) {
            return message.getHeaders().get(SignalHeaders.SIGNAL);
        }
    }
}
