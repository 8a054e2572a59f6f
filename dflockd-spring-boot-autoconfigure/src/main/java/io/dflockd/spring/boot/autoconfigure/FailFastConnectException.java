package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import java.util.List;

/** A client with fail-fast could not connect to all of its servers when the application started. */
final class FailFastConnectException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String client;

    private final String prefix;

    private final transient List<ServerAddress> servers;

    FailFastConnectException(String client, String prefix, List<ServerAddress> servers, DflockdException cause) {
        super("could not connect to " + servers + ": " + cause.getMessage(), cause);
        this.client = client;
        this.prefix = prefix;
        this.servers = List.copyOf(servers);
    }

    /** The name of the client. */
    String client() {
        return client;
    }

    /** The property prefix of the client. */
    String prefix() {
        return prefix;
    }

    List<ServerAddress> servers() {
        return servers;
    }
}
