package io.dflockd.spring.signal.annotation;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.Signal;
import io.dflockd.spring.signal.SignalHeaders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.ValueConstants;
import org.springframework.util.ClassUtils;

/** The headers that the signals of one listener have, to check the parameters of its method. */
final class HeaderChecks {

    private static final Map<String, Class<?>> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put(SignalHeaders.CHANNEL, String.class);
        TYPES.put(SignalHeaders.PATTERN, String.class);
        TYPES.put(SignalHeaders.GROUP, String.class);
        TYPES.put(SignalHeaders.SERVER, ServerAddress.class);
        TYPES.put(SignalHeaders.SIGNAL, Signal.class);
        TYPES.put(MessageHeaders.ID, UUID.class);
        TYPES.put(MessageHeaders.TIMESTAMP, Long.class);
    }

    private final List<String> patterns;

    private final @Nullable String group;

    HeaderChecks(List<String> patterns, @Nullable String group) {
        this.patterns = patterns;
        this.group = group;
    }

    /** Why a parameter cannot be had. Null if it can, or if only a signal will show. */
    @Nullable
    Problem problem(MethodParameter parameter) {
        Header header = parameter.getParameterAnnotation(Header.class);
        if (header == null) {
            return null;
        }
        String name = name(header, parameter);
        if (name == null) {
            return new Problem(
                    "has a @Header without a name, and the class was compiled without -parameters", "Name the header.");
        }
        if (name.contains("${") || name.contains("#{")) {
            return null;
        }
        Class<?> type = TYPES.get(name);
        boolean needed = header.required()
                && header.defaultValue().equals(ValueConstants.DEFAULT_NONE)
                && !parameter.isOptional();
        if (type == null) {
            return needed
                    ? new Problem(
                            "needs the header '" + name + "', which no signal has",
                            "Take one of " + TYPES.keySet()
                                    + " (constants in SignalHeaders and MessageHeaders), or set required = false.")
                    : null;
        }
        if (needed && group == null && name.equals(SignalHeaders.GROUP)) {
            return new Problem(
                    "needs the header '" + name + "', but the listener has no group",
                    "Give the listener a group, or set required = false.");
        }
        return fits(name, type, parameter)
                ? null
                : new Problem(
                        "takes the header '" + name + "' as "
                                + parameter.getGenericParameterType().getTypeName() + ", to which "
                                + described(name, type) + " cannot be converted",
                        "Take a " + type.getSimpleName() + ".");
    }

    private static @Nullable String name(Header header, MethodParameter parameter) {
        if (!header.name().isEmpty()) {
            return header.name();
        }
        parameter.initParameterNameDiscovery(new DefaultParameterNameDiscoverer());
        return parameter.getParameterName();
    }

    private String described(String name, Class<?> type) {
        return switch (name) {
            case SignalHeaders.CHANNEL -> "a channel of " + patterns;
            case SignalHeaders.PATTERN -> "a pattern of " + patterns;
            case SignalHeaders.GROUP -> "the group '" + group + "'";
            default -> "a " + type.getSimpleName();
        };
    }

    private boolean fits(String name, Class<?> type, MethodParameter parameter) {
        if (ClassUtils.isAssignable(parameter.getParameterType(), type)) {
            return true;
        }
        ConversionService conversions = new DefaultFormattingConversionService();
        TypeDescriptor source = TypeDescriptor.valueOf(type);
        TypeDescriptor target = new TypeDescriptor(parameter);
        if (!conversions.canConvert(source, target)) {
            return false;
        }
        try {
            values(name, parameter).forEach(value -> conversions.convert(value, source, target));
            return true;
        } catch (ConversionException ex) {
            return false;
        }
    }

    /** The values of the header, as far as they are known before a signal comes. */
    private List<String> values(String name, MethodParameter parameter) {
        return switch (name) {
            case SignalHeaders.PATTERN -> patterns;
            case SignalHeaders.GROUP -> group == null ? List.of() : List.of(group);
            case SignalHeaders.CHANNEL -> channels(isNumber(parameter));
            default -> List.of();
        };
    }

    /** A pattern with wildcards shows at least whether a channel can be a number. */
    private List<String> channels(boolean asNumbers) {
        List<String> channels = new ArrayList<>();
        for (String pattern : patterns) {
            String channel = pattern.replace('*', '0').replace('>', '0');
            if (asNumbers || channel.equals(pattern)) {
                channels.add(channel);
            }
        }
        return channels;
    }

    private static boolean isNumber(MethodParameter parameter) {
        Class<?> type = parameter.nestedIfOptional().getNestedParameterType();
        return Number.class.isAssignableFrom(ClassUtils.resolvePrimitiveIfNecessary(type));
    }
}
