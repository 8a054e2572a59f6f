package io.dflockd.spring.signal.endpoint;

import org.jspecify.annotations.Nullable;

/** Thrown at the start when a signal listener cannot work as it is defined. Otherwise its signals would be missed
 * silently. */
public class SignalListenerDefinitionException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String description;

    private final String action;

    /**
     * Creates the exception.
     *
     * @param description which listener, and what is wrong
     * @param action what to change
     * @param cause the underlying problem, if there is one
     */
    public SignalListenerDefinitionException(String description, String action, @Nullable Throwable cause) {
        super(description + ". " + action, cause);
        this.description = description;
        this.action = action;
    }

    /**
     * Which listener, and what is wrong.
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
