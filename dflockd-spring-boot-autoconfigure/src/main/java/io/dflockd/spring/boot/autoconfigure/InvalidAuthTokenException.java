package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.InvalidArgumentException;

/**
 * An auth token cannot be sent. Boot's own exception for properties does not fit, because its failure analysis shows the
 * value.
 */
final class InvalidAuthTokenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;

    InvalidAuthTokenException(String property, InvalidArgumentException cause) {
        super("The auth token of '" + property + "' cannot be used: " + cause.getMessage(), cause);
        this.property = property;
    }

    String property() {
        return property;
    }
}
