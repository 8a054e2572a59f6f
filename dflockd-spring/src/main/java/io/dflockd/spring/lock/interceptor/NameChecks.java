package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import org.jspecify.annotations.Nullable;

/** Does the server allow the name that an annotation gives? Every key of its calls begins with it. */
final class NameChecks {

    private NameChecks() {}

    /** Whether a key encoding is needed. Makes no client. */
    static boolean needsEncoding(GuardDefinition definition) {
        return refusal(definition) != null;
    }

    /** Makes the operations and the client: they know the encoding. */
    static void check(GuardDefinition definition) {
        InvalidArgumentException refusal = refusal(definition);
        if (refusal != null && definition.hasStrictKeys()) {
            throw new LockDefinitionException(
                    definition.label() + ": name = \"" + definition.name() + "\" is no key that the server allows: "
                            + refusal.getMessage(),
                    "Write a shorter name without blanks, tabs and line breaks, or set dflockd.key-encoding=percent in all"
                            + " applications that share the lock.",
                    refusal);
        }
    }

    private static @Nullable InvalidArgumentException refusal(GuardDefinition definition) {
        try {
            FieldRules.key(definition.name());
            return null;
        } catch (InvalidArgumentException ex) {
            return ex;
        }
    }
}
