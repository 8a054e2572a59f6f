package io.dflockd.spring.signal.annotation;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.Signals;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.spring.signal.endpoint.MethodSignalListenerEndpoint;
import io.dflockd.spring.signal.endpoint.SignalListenerDefinitionException;
import io.dflockd.spring.signal.listener.SignalListenerErrorHandler;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.config.BeanExpressionResolver;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.util.ErrorHandler;
import org.springframework.util.StringUtils;

/** The resolved attributes of one annotation. A wrong one is refused with its name and value. */
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
        Set<String> channels = new LinkedHashSet<>();
        for (String channel : annotation.channels()) {
            add(channels, resolve(channel));
        }
        if (channels.isEmpty()) {
            throw invalid("channels", String.join(",", annotation.channels()), "at least one channel or pattern", null);
        }
        for (String channel : channels) {
            try {
                Signals.checkPattern(channel);
            } catch (InvalidArgumentException ex) {
                throw invalid("channels", channel, "a valid channel or pattern: " + ex.getMessage(), ex);
            }
        }
        return List.copyOf(channels);
    }

    private void add(Set<String> channels, @Nullable Object value) {
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

    /** Everything that is not an argument of the constructor. */
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
            throw invalid("group", value.toString(), "a valid group: " + ex.getMessage(), ex);
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
            throw invalid("concurrency", text, "a number of at least 1", null);
        }
        throw invalid("concurrency", text, "a number of at least 1", null);
    }

    private @Nullable Boolean autoStartup() {
        String text = text(annotation.autoStartup());
        if (text == null) {
            return null;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid("autoStartup", text, "true or false", null);
        };
    }

    /** The bean is looked up at the first failure. That it exists and has the right type is checked now. */
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
        throw invalid("errorHandler", name, "the name of a SignalListenerErrorHandler or ErrorHandler bean", null);
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

    private SignalListenerDefinitionException invalid(
            String attribute, String value, String expected, @Nullable Throwable cause) {
        return new SignalListenerDefinitionException(
                label + " has the value '" + value + "' for '" + attribute + "'",
                "Expected is " + expected + (expected.endsWith(".") ? "" : "."),
                cause);
    }
}
