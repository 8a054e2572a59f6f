package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ReleaseMode;
import io.dflockd.spring.internal.AnnotatedMethod;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.OnLost;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.annotation.OnBusy;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.ClassUtils;

/** Reads an annotation on a method, and refuses what cannot work. */
final class GuardDefinitionParser {

    private static final Pattern LOOKS_LIKE_EXPRESSION = Pattern.compile("#\\{|#[A-Za-z_]");

    private static final Pattern BARE_NUMBER = Pattern.compile("[+-]?\\d+");

    private final GuardType type;

    private final ConfigurableBeanFactory beanFactory;

    private final GuardOperations operations;

    private final GuardExpressionParser expressions;

    GuardDefinitionParser(GuardType type, ConfigurableBeanFactory beanFactory, GuardOperations operations) {
        this.type = type;
        this.beanFactory = beanFactory;
        this.operations = operations;
        this.expressions = new GuardExpressionParser(beanFactory);
    }

    GuardDefinition parse(MergedAnnotation<?> annotation, Method method, Class<?> targetClass) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        // A proxy of another has no names of parameters.
        Method specific = Proxy.isProxyClass(userClass) ? method : AopUtils.getMostSpecificMethod(method, userClass);
        String label = AnnotatedMethod.label(annotation, specific, userClass);
        String name = name(label, annotation, resolve(label, "name", annotation.getString("name")));
        OnBusy onBusy = annotation.getEnum("onBusy", OnBusy.class);
        String client = resolve(label, "client", annotation.getString("client"));
        LockOptions.Builder options = LockOptions.builder()
                .name(name)
                .origin(label)
                .onLost(annotation.getEnum("onLost", OnLost.class))
                .release(release(label, annotation))
                .acquireTimeout(duration(label, "acquireTimeout", annotation, "0s or more; 0s does not wait"))
                .leaseTtl(positiveDuration(label, "leaseTtl", annotation, "1s or more"));
        return new GuardDefinition(
                label,
                specific,
                name,
                expression(label, "key", annotation, specific, userClass),
                expression(label, "condition", annotation, specific, userClass),
                withHoldLimits(label, options, annotation),
                onBusy == OnBusy.SKIP,
                GuardedReturns.forMethod(label, specific, userClass, onBusy == OnBusy.SKIP),
                client,
                operations,
                operations(label, annotation, client));
    }

    private Supplier<LockOperations> operations(String label, MergedAnnotation<?> annotation, String client) {
        if (type == GuardType.LOCK) {
            return () -> operations.locks(client);
        }
        int limit = limit(label, annotation);
        return () -> operations.semaphores(client).withLimit(limit);
    }

    private int limit(String label, MergedAnnotation<?> annotation) {
        int number = annotation.getInt("limit");
        String text = resolve(label, "limitString", annotation.getString("limitString"));
        if (number != Integer.MIN_VALUE && !text.isEmpty()) {
            throw new LockDefinitionException(
                    label + " gives both limit = " + number + " and limitString = \"" + text + "\"",
                    "Give one of them.",
                    null);
        }
        if (number == Integer.MIN_VALUE && text.isEmpty()) {
            throw new LockDefinitionException(label + " gives no limit", "Give a limit of 1 or more.", null);
        }
        String attribute = text.isEmpty() ? "limit = " + number : "limitString = \"" + text + "\"";
        int limit;
        try {
            limit = text.isEmpty() ? number : Integer.parseInt(text.trim());
        } catch (NumberFormatException ex) {
            throw new LockDefinitionException(
                    label + ": " + attribute + " is not a whole number", "Give 1 or more.", ex);
        }
        if (limit < 1) {
            throw new LockDefinitionException(label + ": " + attribute + " is below 1", "Give 1 or more.", null);
        }
        return limit;
    }

    private static String name(String label, MergedAnnotation<?> annotation, String name) {
        boolean hasKey = AnnotatedMethod.canGive(annotation, "key");
        if (name.isBlank()) {
            throw new LockDefinitionException(
                    label + " gives no name",
                    "Give a name such as \"order\"" + (hasKey ? ", and what varies as key = \"#id\"." : "."),
                    null);
        }
        if (LOOKS_LIKE_EXPRESSION.matcher(name).find()) {
            throw new LockDefinitionException(
                    label + ": name = \"" + name + "\" looks like an expression, but a name is literal text",
                    hasKey
                            ? "Did you mean key = \"...\"? The name stays the same for all calls, for example name = \"order\","
                                    + " key = \"#id\"."
                            : "The name stays the same for all calls, for example name = \"order\".",
                    null);
        }
        return name;
    }

    private LockOptions withHoldLimits(String label, LockOptions.Builder options, MergedAnnotation<?> annotation) {
        Duration atLeast = isNone(label, "holdAtLeast", annotation)
                ? Duration.ZERO
                : duration(label, "holdAtLeast", annotation, "0s or more");
        try {
            options.holdAtLeast(atLeast);
            if (isNone(label, "holdAtMost", annotation)) {
                options.withoutHoldAtMost();
            } else {
                options.holdAtMost(
                        positiveDuration(label, "holdAtMost", annotation, "more than 0s, or none for no maximum"));
            }
            return options.build();
        } catch (InvalidArgumentException ex) {
            throw new LockDefinitionException(
                    label + ": " + ex.getMessage(), "Change holdAtLeast or holdAtMost; none means no limit.", ex);
        }
    }

    private @Nullable ReleaseMode release(String label, MergedAnnotation<?> annotation) {
        String text = resolve(label, "release", annotation.getString("release")).trim();
        if (text.isEmpty()) {
            return null;
        }
        for (ReleaseMode mode : ReleaseMode.values()) {
            if (mode.name().equalsIgnoreCase(text)) {
                return mode;
            }
        }
        throw new LockDefinitionException(
                label + ": release = \"" + text + "\" is not a way to release",
                "Write \"confirmed\" or \"sent\", or leave the attribute out.",
                null);
    }

    private boolean isNone(String label, String attribute, MergedAnnotation<?> annotation) {
        return resolve(label, attribute, annotation.getString(attribute)).trim().equalsIgnoreCase("none");
    }

    private @Nullable Duration positiveDuration(
            String label, String attribute, MergedAnnotation<?> annotation, String expected) {
        Duration duration = duration(label, attribute, annotation, expected);
        if (duration != null && duration.isZero()) {
            throw outOfRange(label, attribute, annotation, "zero", expected);
        }
        return duration;
    }

    private @Nullable Duration duration(
            String label, String attribute, MergedAnnotation<?> annotation, String expected) {
        String text = resolve(label, attribute, annotation.getString(attribute)).trim();
        if (text.isEmpty()) {
            return null;
        }
        Duration duration;
        try {
            if (BARE_NUMBER.matcher(text).matches()) {
                throw new IllegalArgumentException("'" + text + "' has no unit");
            }
            duration = DurationFormatterUtils.detectAndParse(text);
        } catch (IllegalArgumentException ex) {
            throw new LockDefinitionException(
                    label + ": " + attribute + " = \"" + text + "\" is not a duration",
                    "Write a number with a unit, such as 500ms, 10s or 1m, or ISO-8601, such as PT10S.",
                    ex);
        }
        if (duration.isNegative()) {
            throw outOfRange(label, attribute, annotation, "negative", expected);
        }
        return duration;
    }

    private LockDefinitionException outOfRange(
            String label, String attribute, MergedAnnotation<?> annotation, String what, String expected) {
        String text = resolve(label, attribute, annotation.getString(attribute)).trim();
        return new LockDefinitionException(
                label + ": " + attribute + " = \"" + text + "\" is " + what, "Give " + expected + ".", null);
    }

    private @Nullable GuardExpression expression(
            String label, String attribute, MergedAnnotation<?> annotation, Method method, Class<?> targetClass) {
        String given = annotation.getString(attribute);
        if (given.isEmpty()) {
            return null;
        }
        String text = resolve(label, attribute, given).trim();
        if (text.isEmpty()) {
            throw new LockDefinitionException(
                    label + ": " + attribute + " = \"" + given + "\" is blank",
                    "Write an expression such as \"#id\", or leave the attribute out.",
                    null);
        }
        Method annotated = annotation.getSource() instanceof Method source ? source : null;
        return expressions.parse(label, attribute, text, annotated, method, targetClass);
    }

    private String resolve(String label, String attribute, String text) {
        if (!text.contains("${")) {
            return text;
        }
        try {
            String resolved = beanFactory.resolveEmbeddedValue(text);
            return resolved == null ? "" : resolved;
        } catch (IllegalArgumentException ex) {
            throw new LockDefinitionException(
                    label + ": " + attribute + " = \"" + text + "\" cannot be resolved: " + ex.getMessage(),
                    "Set the property, or give a default as in ${property:default}.",
                    ex);
        }
    }
}
