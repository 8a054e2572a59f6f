package io.dflockd.spring.signal.annotation;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.spring.signal.endpoint.MethodSignalListenerEndpoint;
import io.dflockd.spring.signal.listener.SignalListenerErrorHandler;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.config.BeanExpressionResolver;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.util.ErrorHandler;
import org.springframework.util.StringUtils;

/** The attributes of one annotation with everything resolved, or a message that says which one is wrong. */
final class ListenerAttributes {

    private final SignalListener annotation;

    private final String label;

    private final String defaultId;

    private final ConfigurableBeanFactory beans;

    ListenerAttributes(SignalListener annotation, String label, String defaultId, ConfigurableBeanFactory beans) {
        this.annotation = annotation;
        this.label = label;
        this.defaultId = defaultId;
        this.beans = beans;
    }

    String id() {
        String id = text(annotation.id());
        return id == null ? defaultId : id;
    }

    List<String> channels() {
        List<String> channels = new ArrayList<>();
        for (String channel : annotation.channels()) {
            add(channels, resolve(channel));
        }
        if (channels.isEmpty()) {
            throw invalid("channels", String.join(",", annotation.channels()), "at least one channel or pattern");
        }
        return channels;
    }

    private void add(List<String> channels, @Nullable Object value) {
        if (value instanceof Collection<?> several) {
            several.forEach(one -> add(channels, one));
        } else if (value instanceof Object[] several) {
            add(channels, List.of(several));
        } else {
            for (String channel : StringUtils.commaDelimitedListToStringArray(value == null ? "" : value.toString())) {
                if (StringUtils.hasText(channel)) {
                    channels.add(channel.strip());
                }
            }
        }
    }

    /** Everything but what the endpoint was made with. */
    void applyTo(MethodSignalListenerEndpoint endpoint) {
        endpoint.setClient(text(annotation.client()));
        endpoint.setConcurrency(concurrency());
        endpoint.setAutoStartup(autoStartup());
        String handler = text(annotation.errorHandler());
        if (handler != null) {
            endpoint.setErrorHandler(lazily(handler));
        }
    }

    @Nullable
    String containerFactory() {
        return text(annotation.containerFactory());
    }

    @Nullable
    String group() {
        Object value = resolve(annotation.group());
        if (value == null || value.toString().isEmpty()) {
            return null;
        }
        try {
            return SubscriptionOptions.defaults().withGroup(value.toString()).group();
        } catch (InvalidArgumentException ex) {
            throw new IllegalStateException("@SignalListener on " + label + ": " + ex.getMessage(), ex);
        }
    }

    private @Nullable Integer concurrency() {
        String text = text(annotation.concurrency());
        if (text == null) {
            return null;
        }
        try {
            int concurrency = Integer.parseInt(text);
            if (concurrency >= 1) {
                return concurrency;
            }
        } catch (NumberFormatException ex) {
            throw invalid("concurrency", text, "a number from 1 on");
        }
        throw invalid("concurrency", text, "a number from 1 on");
    }

    private @Nullable Boolean autoStartup() {
        String text = text(annotation.autoStartup());
        if (text == null) {
            return null;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid("autoStartup", text, "true or false");
        };
    }

    /** The bean is looked up at the first failure; that it is there, and of which type, is checked now. */
    private SignalListenerErrorHandler lazily(String name) {
        BeanFactory factory = beans;
        if (factory.containsBean(name)) {
            if (factory.isTypeMatch(name, SignalListenerErrorHandler.class)) {
                return (signal, subscription, cause) -> factory.getBean(name, SignalListenerErrorHandler.class)
                        .handleError(signal, subscription, cause);
            }
            if (factory.isTypeMatch(name, ErrorHandler.class)) {
                return (signal, subscription, cause) ->
                        factory.getBean(name, ErrorHandler.class).handleError(cause);
            }
        }
        throw invalid("errorHandler", name, "the name of a SignalListenerErrorHandler or ErrorHandler bean");
    }

    private @Nullable String text(String raw) {
        Object value = resolve(raw);
        String text = value == null ? "" : value.toString();
        return StringUtils.hasText(text) ? text.strip() : null;
    }

    private @Nullable Object resolve(String raw) {
        String embedded = beans.resolveEmbeddedValue(raw);
        BeanExpressionResolver expressions = beans.getBeanExpressionResolver();
        return expressions == null ? embedded : expressions.evaluate(embedded, new BeanExpressionContext(beans, null));
    }

    private IllegalStateException invalid(String attribute, String value, String expected) {
        return new IllegalStateException(
                "@SignalListener on " + label + ": " + attribute + " is '" + value + "', expected " + expected);
    }
}
