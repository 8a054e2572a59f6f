package io.dflockd.spring.lock.annotation;

import org.jspecify.annotations.Nullable;

/**
 * Thrown at the start when an annotated method cannot be guarded as it is written. Otherwise it would run unguarded.
 */
public class LockDefinitionException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String description;

    private final String action;

    /**
     * Creates the exception.
     *
     * @param description which bean, method and attribute, and what is wrong
     * @param action what to change
     * @param cause the underlying problem, if there is one
     */
    public LockDefinitionException(String description, String action, @Nullable Throwable cause) {
        super(description + ". " + action, cause);
        this.description = description;
        this.action = action;
    }

    /**
     * Which bean, method and attribute, and what is wrong.
     *
     * @return a sentence without its full stop
     */
    public String description() {
        return description;
    }

    /**
     * What to change.
     *
     * @return a sentence
     */
    public String action() {
        return action;
    }
}
