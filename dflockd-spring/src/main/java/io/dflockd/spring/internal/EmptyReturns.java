package io.dflockd.spring.internal;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Nullness;

/** What a method returns that is not run. */
public final class EmptyReturns {

    private EmptyReturns() {}

    /**
     * The empty value of a type of optional values.
     *
     * @param type the type
     * @return null if it is another type
     */
    public static @Nullable Object optional(Class<?> type) {
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == OptionalInt.class) {
            return OptionalInt.empty();
        }
        if (type == OptionalLong.class) {
            return OptionalLong.empty();
        }
        return type == OptionalDouble.class ? OptionalDouble.empty() : null;
    }

    /**
     * Whether null would break the promise of a method.
     *
     * @param method the method
     * @param type what it returns
     * @return true for primitives, and for types that are not nullable where the code says so
     */
    public static boolean promisesValue(Method method, Class<?> type) {
        boolean nothing =
                type == void.class || type == Void.class || type.getName().equals("kotlin.Unit");
        return !nothing && (type.isPrimitive() || Nullness.forMethodReturnType(method) == Nullness.NON_NULL);
    }
}
