package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockTemplate;
import java.lang.reflect.Method;
import java.util.Objects;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** How one method is guarded. */
final class GuardDefinition {

    private final String label;

    private final Method method;

    private final String name;

    private final @Nullable GuardExpression key;

    private final @Nullable GuardExpression condition;

    private final LockOptions options;

    private final boolean skipWhenBusy;

    private final GuardedReturn guardedReturn;

    private final Object owner;

    private final Supplier<LockOperations> operations;

    private final String client;

    private volatile @Nullable LockOperations resolved;

    GuardDefinition(
            String label,
            Method method,
            String name,
            @Nullable GuardExpression key,
            @Nullable GuardExpression condition,
            LockOptions options,
            boolean skipWhenBusy,
            GuardedReturn guardedReturn,
            String client,
            Object owner,
            Supplier<LockOperations> operations) {
        this.label = label;
        this.method = method;
        this.name = name;
        this.key = key;
        this.condition = condition;
        this.options = options;
        this.skipWhenBusy = skipWhenBusy;
        this.guardedReturn = guardedReturn;
        this.client = client;
        this.owner = owner;
        this.operations = operations;
    }

    String label() {
        return label;
    }

    String name() {
        return name;
    }

    String client() {
        return client;
    }

    LockOptions options() {
        return options;
    }

    /**
     * The options with all defaults that are known. Makes the operations and the client, as the first call does.
     *
     * @throws InvalidArgumentException if they do not fit the defaults of the client
     */
    LockOptions effectiveOptions() {
        return operations() instanceof LockTemplate template ? template.effectiveOptions(options) : options;
    }

    /** Whether keys are known to be sent as they are. Makes the operations and the client, as the first call does. */
    boolean hasStrictKeys() {
        return operations() instanceof LockTemplate template && template.hasStrictKeys();
    }

    /** Whether calls that are guarded by both would ask for what they hold already. */
    boolean hasKeyOf(GuardDefinition other) {
        return name.equals(other.name)
                && Objects.equals(String.valueOf(key), String.valueOf(other.key))
                && client.equals(other.client);
    }

    /** Whether equal keys are the same lock: of one advisor, and so of one context and one kind, and of one client. */
    boolean hasKeysOf(GuardDefinition other) {
        return owner == other.owner && name.equals(other.name) && client.equals(other.client);
    }

    boolean skipWhenBusy() {
        return skipWhenBusy;
    }

    @Nullable
    Object invoke(MethodInvocation invocation) throws Throwable {
        if (condition != null && !isTrue(condition, invocation)) {
            return invocation.proceed();
        }
        String key = keyOf(invocation);
        if (HeldOutside.covers(invocation, this, key)) {
            return HeldOutside.proceed(invocation, this, key);
        }
        return guardedReturn.invoke(invocation, operations(), key, this);
    }

    private LockOperations operations() {
        LockOperations known = resolved;
        if (known == null) {
            known = operations.get();
            resolved = known;
        }
        return known;
    }

    private boolean isTrue(GuardExpression expression, MethodInvocation invocation) {
        Object value = evaluate(expression, invocation);
        if (value instanceof Boolean decision) {
            return decision;
        }
        throw new InvalidArgumentException(label + ": condition = \"" + expression + "\" gave " + value
                + "; expected true or false. Nothing was locked and the method did not run");
    }

    private String keyOf(MethodInvocation invocation) {
        if (key == null) {
            return name;
        }
        Object value = evaluate(key, invocation);
        try {
            return name + ':' + KeyText.of(value);
        } catch (InvalidArgumentException ex) {
            throw new InvalidArgumentException(label + ": key = \"" + key + "\" " + ex.getMessage()
                    + ". Nothing was locked and the method did not run");
        }
    }

    private @Nullable Object evaluate(GuardExpression expression, MethodInvocation invocation) {
        try {
            return expression.evaluate(method, invocation.getArguments(), invocation.getThis());
        } catch (RuntimeException ex) {
            throw new InvalidArgumentException(
                    label + ": " + expression.attribute() + " = \"" + expression + "\" failed: " + ex.getMessage()
                            + ". Nothing was locked and the method did not run",
                    ex);
        }
    }
}
